// The two places that a keyboard reaches first, before all links of the navigation.
export default function (component) {
  const { answer, levers } = component.data
  let links = document.getElementById("image-roi-reach")
  if (!links) {
    links = document.createElement("nav")
    links.id = "image-roi-reach"
    links.append(document.createElement("a"), document.createElement("a"))
    document.body.prepend(links)
  }
  const places = [
    [answer, () => document.querySelector('[data-testid="stMainBlockContainer"]')],
    [levers, () => document.querySelector('[data-testid="stSidebar"] [data-testid="stTextInput"] input')],
  ]
  places.forEach(([words, place], number) => {
    const link = links.children[number]
    link.textContent = words
    link.href = "#"
    link.onclick = event => {
      event.preventDefault()
      const found = place()
      if (found && !found.matches("input")) found.tabIndex = -1
      if (found) found.focus()
    }
  })
}
