// Keeps what was worked on in this browser: an entry a visit, the newest ones only, in the browser's own storage.
const WORK = "image-roi.work"
const VISIT = "image-roi.visit"
const COOKIE = "image_roi_work"
const KEPT_MAX = 10

const entries = () => {
  try {
    const found = JSON.parse(localStorage.getItem(WORK))
    return Array.isArray(found) ? found : []
  } catch {
    return []
  }
}

const mark = (there) => {
  document.cookie = `${COOKIE}=1; path=/; SameSite=Lax; max-age=${there ? 31536000 : 0}`
}

// The oldest entries give way where the browser has no more room; the newest is the last to go.
const put = (wanted) => {
  for (let count = Math.min(wanted.length, KEPT_MAX); count >= 0; count--) {
    try {
      localStorage.setItem(WORK, JSON.stringify(wanted.slice(0, count)))
      mark(count > 0)
      return
    } catch {
      continue
    }
  }
}

const show = (parameters) => {
  const address = new URL(location.href)
  for (const [name, value] of Object.entries(parameters)) {
    if (value) address.searchParams.set(name, value)
    else address.searchParams.delete(name)
  }
  if (address.href !== location.href) history.replaceState(history.state, "", address)
}

export default function ({ data, setTriggerValue }) {
  if (data.asked) {
    setTriggerValue("found", JSON.stringify({ visit: sessionStorage.getItem(VISIT), entries: entries() }))
    return
  }
  sessionStorage.setItem(VISIT, data.visit)
  show(data.parameters)
  const others = data.alone ? [] : entries().filter((entry) => entry.visit !== data.visit)
  if (data.work) put([data.work, ...others])
  else if (data.alone) put([])
}
