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

const newest = (one, other) => (one.changed_at < other.changed_at ? 1 : -1)

// The oldest entries give way where the browser has no more room; this visit's is the last to go.
const put = (wanted) => {
  for (let count = Math.min(wanted.length, KEPT_MAX); count >= 0; count--) {
    try {
      localStorage.setItem(WORK, JSON.stringify(wanted.slice(0, count).sort(newest)))
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

// Whether the visit is this tab's own from now on, for as long as it is open: two tabs that kept their work in one
// entry would overwrite each other's. Where nobody can tell, it is not.
const claim = async (visit) => {
  const own = (window.imageRoiOwn ??= new Set())
  if (own.has(visit) || !visit || !navigator.locks) return own.has(visit)
  return new Promise((tell) => {
    navigator.locks.request(`image-roi.${visit}`, { ifAvailable: true }, (lock) => {
      if (lock) own.add(visit)
      tell(lock !== null)
      return lock && new Promise(() => {})
    })
  })
}

const find = async (tell) => {
  const last = sessionStorage.getItem(VISIT)
  const kept = entries()
  const wanted = (kept.find((entry) => entry.visit === last) ?? kept[0])?.visit
  const own = navigator.locks ? await claim(wanted) : wanted === last
  tell("found", JSON.stringify({ visit: last, own: own ? wanted : null, entries: kept }))
}

export default function ({ data, setTriggerValue }) {
  if (data.asked) {
    find(setTriggerValue)
    return
  }
  sessionStorage.setItem(VISIT, data.visit)
  claim(data.visit)
  show(data.parameters)
  const found = entries()
  const others = found.filter(({ visit, changed_at }) => visit !== data.visit && !(changed_at <= data.forgotten[visit]))
  const mine = data.work ? [data.work] : found.filter(({ visit }) => visit === data.visit)
  if (data.work || others.length + mine.length < found.length) put([...mine, ...others])
}
