/** The script of the pages with a form. Every page works without it. */

/** How long a pressed button waits before it can be pressed again: the user may have stopped the request. */
const waitMs = 8000

/**
 * Served at `/pages/page.js`. Shows the password on request, hints at Caps Lock, and marks the pressed button while the response is on its way,
 * so that a second press posts nothing twice.
 */
export const pageScript: string = `'use strict'
const form = document.querySelector('form.page')
const password = document.getElementById('password')
const reveal = document.getElementById('reveal')
const hint = document.getElementById('caps-lock')

function swap() {
  for (const part of reveal.children) part.hidden = !part.hidden
  password.type = password.type === 'password' ? 'text' : 'password'
}

if (reveal) {
  reveal.hidden = false
  reveal.addEventListener('click', swap)
  const tell = (event) => {
    if (!event.getModifierState) return
    hint.textContent = event.getModifierState('CapsLock') ? hint.dataset.on : ''
  }
  for (const type of ['keydown', 'keyup']) password.addEventListener(type, tell)
  password.addEventListener('blur', () => { hint.textContent = '' })
}

let pressed
function release() {
  if (!pressed) return
  pressed.removeAttribute('aria-busy')
  pressed = undefined
}

form.addEventListener('submit', (event) => {
  const button = event.submitter
  if (button && button === pressed) return event.preventDefault()
  release()
  // Browsers offer to remember what was typed as text.
  if (password && password.type === 'text') swap()
  if (!button) return
  pressed = button
  button.setAttribute('aria-busy', 'true')
  setTimeout(() => { if (pressed === button) release() }, ${waitMs})
})
// The back button may show the page as it was left.
addEventListener('pageshow', release)
`
