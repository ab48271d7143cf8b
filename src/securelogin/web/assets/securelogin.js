// Comfort only: every page works without it. No markup is made here, so the pages can
// forbid everything but this one file.
"use strict";

// Show and hide what was typed.
for (const button of document.querySelectorAll("button[data-show]")) {
  const input = document.getElementById(button.dataset.show);
  const shown = button.dataset.hideText;
  const hidden = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.textContent = show ? shown : hidden;
    button.setAttribute("aria-pressed", String(show));
    input.focus();
  });
  // Leave no plain password in a form that is sent: browsers keep text fields.
  input.form.addEventListener("submit", () => { input.type = "password"; });
}

// Count the characters of a new password, in code points as the server does.
for (const live of document.querySelectorAll("[data-live-for]")) {
  const input = document.getElementById(live.dataset.liveFor);
  const hint = document.querySelector("[data-minimum]");
  const minimum = Number(hint.dataset.minimum);
  input.addEventListener("input", () => {
    const count = Array.from(input.value.normalize("NFC")).length;
    live.textContent = count === 0 ? "" : count < minimum
      ? hint.dataset.counted.replace("{count}", String(count))
      : hint.dataset.enough;
  });
}

// Copy the report for support.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent);
    button.textContent = button.dataset.done;
  });
}

// Send a form once, however often it is clicked: the second would find the ticket used.
// Who has stopped the first, or comes back, may send it again.
const patience = 10000;
for (const form of document.querySelectorAll("form")) {
  let sent = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sent < patience) event.preventDefault();
    else sent = event.timeStamp;
  });
  window.addEventListener("pageshow", () => { sent = -Infinity; });
}

// Tell the device's own time, and that scripts run: support looks for both.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    for (const field of form.querySelectorAll("[data-device-time]")) {
      field.value = new Date().toISOString();
    }
    for (const field of form.querySelectorAll("[data-script]")) field.value = "1";
  });
}
