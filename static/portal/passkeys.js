/* The package's scripts for passkeys ask `gettext` for their sentences: here they are those of the page, in the reader's language. */
"use strict";

(() => {
  const kept = document.getElementById("passkey-words");
  const words = JSON.parse(kept.textContent);
  globalThis.gettext = (text) => words[text] ?? text;
  document.addEventListener("otp_webauthn.register_complete", () => location.assign(kept.dataset.done));
})();
