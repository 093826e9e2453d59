// Asks the device for its key and puts the answer into the form. Without scripts the page says what else opens the cabinet.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  const say = (name) => {
    for (const line of form.querySelectorAll("[data-say]")) line.hidden = line.dataset.say !== name;
  };
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  if (!window.PublicKeyCredential) return say("none");

  const ask = async (told) => {
    told.challenge = bytes(told.challenge);
    for (const known of told.allowCredentials || told.excludeCredentials || []) known.id = bytes(known.id);
    if (form.dataset.passkey !== "add") return navigator.credentials.get({ publicKey: told });
    told.user.id = bytes(told.user.id);
    return navigator.credentials.create({ publicKey: told });
  };
  const packed = (key) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (key.response[name]) response[name] = text(key.response[name]);
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: {} });
  };
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    say("wait");
    try {
      form.elements.credential.value = packed(await ask(JSON.parse(form.dataset.options)));
      form.submit();
    } catch (error) {
      say(error.name === "InvalidStateError" ? "known" : "failed");
    }
  });
  say("ready");
})();
