// Sends chosen files at once, one after the other, piece by piece: a broken line costs one piece, a closed page nothing.
// Quickens only: without this script the page's one form sends everything. The server judges every file; its sentence
// stands beside the slot. See dossiers/views/pieces.py for the five calls.
(() => {
  "use strict";
  const words = document.getElementById("loi-tai-tep")?.dataset;
  const form = document.querySelector("[data-upload-form]");
  if (!words || !form) return;

  const RETRIES = 4;
  const LAST_FOR_MS = 48 * 3600 * 1000;
  const PRINTED_BYTES = 64 * 1024;

  // --- talking to the server ----------------------------------------------------------------------------------------
  // Signing in again in another tab changes the token; the cookie always has the one that counts.
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;

  class Trouble extends Error {
    constructor(kind, sentence = "", offset = null) {
      super(kind);
      Object.assign(this, { kind, sentence, offset });
    }
  }

  const ask = (method, url, { headers = {}, body = null, onProgress = null, item = null } = {}) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.timeout = 120_000;
      request.setRequestHeader("X-CSRFToken", token());
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      if (onProgress) request.upload.onprogress = (event) => onProgress(event.loaded);
      request.onload = () => (request.status < 300 ? resolve(request) : reject(understood(request)));
      request.onerror = request.ontimeout = () => reject(new Trouble("broken"));
      request.onabort = () => reject(new Trouble("cancelled"));
      if (item) item.request = request;
      request.send(body);
    });

  const understood = (request) => {
    let said = {};
    try { said = JSON.parse(request.responseText); } catch { /* HEAD says nothing, a proxy says HTML */ }
    const offset = request.getResponseHeader("Upload-Offset");
    if (request.status === 401) return new Trouble("signed-out", said.sentence);
    if (request.status === 404) return new Trouble("lost", said.sentence);
    if (request.status === 409 && offset !== null) return new Trouble("conflict", said.sentence, Number(offset));
    if (["upload_chunk_refused", "upload_incomplete"].includes(said.code)) return new Trouble("broken");
    if (request.status >= 500 || !said.sentence) return new Trouble("server");
    return new Trouble("refused", said.sentence);
  };

  // --- what is half sent, remembered across pages -------------------------------------------------------------------
  // Only an address and a number that recognises the file: no name stays behind on a shared computer.
  const remembered = (key) => {
    try {
      const all = JSON.parse(localStorage.getItem(key) ?? "[]");
      return all.filter((one) => one.at > Date.now() - LAST_FOR_MS);
    } catch { return []; }
  };
  const remember = (key, entries) => {
    try {
      if (entries.length) localStorage.setItem(key, JSON.stringify(entries));
      else localStorage.removeItem(key);
    } catch { /* private window: a reload begins anew */ }
  };
  const forget = (key, url) => remember(key, remembered(key).filter((one) => one.url !== url));

  const printOf = async (file) => {
    const head = new Uint8Array(await file.slice(0, PRINTED_BYTES).arrayBuffer());
    let a = 0xdeadbeef, b = 0x41c6ce57;
    const mix = (value) => { a = Math.imul(a ^ value, 2654435761); b = Math.imul(b ^ value, 1597334677); };
    for (const letter of `${file.name}|${file.size}|${file.lastModified}|`) mix(letter.codePointAt(0));
    head.forEach(mix);
    return `${(a >>> 0).toString(16)}-${(b >>> 0).toString(16)}`;
  };

  // --- one slot -----------------------------------------------------------------------------------------------------
  class Slot {
    constructor(box) {
      this.box = box;
      this.beginUrl = box.dataset.upload;
      this.key = `tai-tep:${this.beginUrl}`;
      this.list = box.querySelector("[data-queue]");
      this.live = box.querySelector("[data-said]");
      this.files = box.closest("section").querySelector("[data-files]");
      this.kind = box.querySelector("[data-copy-kind]");
      // Files are on their way as soon as they are chosen.
      box.querySelector("[data-send]").remove();
      for (const input of box.querySelectorAll("input[type=file]")) {
        input.addEventListener("change", () => {
          const chosen = [...input.files];
          // Taken over: the form must not send them a second time.
          input.value = "";
          for (const file of chosen) queue.add(new Item(this, file));
        });
      }
    }

    say(sentence) { this.live.textContent = sentence; }

    async showUnfinished() {
      for (const { url } of remembered(this.key)) {
        try {
          const { name, size, offset } = JSON.parse((await ask("GET", url)).responseText);
          const row = new Row(this, name);
          row.url = url;
          row.progress(offset, size);
          row.tell(words.unfinished, "waits");
          row.offer(words.cancel, () => { forget(this.key, url); row.remove(); ask("DELETE", url).catch(() => {}); });
        } catch (trouble) {
          if (trouble.kind === "lost") forget(this.key, url);
        }
      }
    }

    show({ files, tasks }) {
      const typed = new Map([...this.files.querySelectorAll("input[name], select[name]")].map((one) => [one.name, one.value]));
      const open = new Set([...this.files.querySelectorAll("details[open] [name]")].map((one) => one.name));
      this.files.innerHTML = files;
      for (const one of this.files.querySelectorAll("input[name], select[name]")) {
        if (typed.has(one.name)) one.value = typed.get(one.name);
        if (open.has(one.name)) one.closest("details").open = true;
      }
      const list = document.querySelector("ol.tasks");
      if (tasks && list) list.outerHTML = tasks;
    }
  }

  class Row {
    constructor(slot, name) {
      this.element = document.createElement("li");
      this.element.className = "upload__row";
      this.element.tabIndex = -1;
      this.name = name;
      const title = document.createElement("span");
      title.className = "upload__name";
      title.textContent = name;
      this.bar = document.createElement("progress");
      this.bar.max = 100;
      this.bar.value = 0;
      this.bar.setAttribute("aria-label", name);
      this.state = document.createElement("span");
      this.state.className = "upload__state";
      this.buttons = document.createElement("span");
      this.buttons.className = "upload__buttons";
      this.element.append(title, this.bar, this.state, this.buttons);
      slot.list.append(this.element);
      slot.list.rows = slot.list.rows ?? new Set();
      slot.list.rows.add(this);
      this.slot = slot;
    }

    progress(sent, size) {
      this.percent = size ? Math.floor((100 * sent) / size) : 0;
      this.bar.value = this.percent;
      this.state.textContent = `${words.sending} ${this.percent} %`;
    }

    tell(sentence, look = "") {
      this.state.textContent = this.percent && look === "waits" ? `${this.percent} %. ${sentence}` : sentence;
      this.element.className = `upload__row${look ? ` upload__row--${look}` : ""}`;
      this.bar.hidden = look === "refused";
    }

    offer(label, act) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn--quiet";
      button.append(label);
      const which = document.createElement("span");
      which.className = "hidden-visually";
      which.textContent = `: ${this.name}`;
      button.append(which);
      button.addEventListener("click", act);
      this.buttons.append(button);
    }

    offerSignIn() {
      const link = document.createElement("a");
      link.href = words.signInUrl;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = words.signIn;
      this.buttons.append(link);
    }

    withdrawOffers() { this.buttons.replaceChildren(); }

    remove() {
      const hadFocus = this.element.contains(document.activeElement);
      this.element.remove();
      this.slot.list.rows.delete(this);
      if (hadFocus) (this.slot.files.querySelector("li:last-child a[href]:not([tabindex])") ?? this.slot.box.querySelector("input")).focus();
    }
  }

  // --- one file -----------------------------------------------------------------------------------------------------
  class Item {
    constructor(slot, file) {
      Object.assign(this, { slot, file, offset: 0, tries: 0, url: null, failed: false, request: null, stopped: false });
      this.copyKind = slot.kind?.value ?? "";
      this.row = new Row(slot, file.name);
      this.row.tell(words.waiting);
      this.row.offer(words.cancel, () => this.cancel());
      this.announced = -1;
    }

    cancel() {
      this.stopped = true;
      this.request?.abort();
      this.wake?.();
      if (this.url) ask("DELETE", this.url).catch(() => {});
      forget(this.slot.key, this.url);
      this.slot.say(`${this.file.name}: ${words.cancelled}`);
      this.row.remove();
      queue.drop(this);
    }

    async run() {
      this.failed = false;
      await this.recognise();
      // Two tabs with the same half-sent file: the second one sends it anew instead of getting in the way.
      const locks = navigator.locks;
      if (!this.url || !locks) return this.send();
      return locks.request(this.url, { ifAvailable: true }, (lock) => {
        if (!lock) this.url = null;
        return this.send();
      });
    }

    async recognise() {
      if (this.print) return;
      this.print = await printOf(this.file);
      const known = remembered(this.slot.key).find((one) => one.print === this.print);
      if (!known) return;
      this.url = known.url;
      for (const row of this.slot.list.rows) if (row.url === known.url) row.remove();
    }

    async send() {
      while (!this.stopped) {
        try {
          if (this.url) await this.askOffset();
          else await this.begin();
          while (this.offset < this.file.size && !this.stopped) await this.sendPiece();
          if (!this.stopped) await this.finish();
          return;
        } catch (trouble) {
          if (!(trouble instanceof Trouble)) throw trouble;
          if (this.stopped) return;
          if (!(await this.maySendAgain(trouble))) return;
        }
      }
    }

    async begin() {
      const body = JSON.stringify({ name: this.file.name, size: this.file.size });
      const answer = JSON.parse((await ask("POST", this.slot.beginUrl, { body, headers: { "Content-Type": "application/json" }, item: this })).responseText);
      this.url = answer.url;
      this.offset = answer.offset;
      this.chunk = answer.chunk_bytes;
      const entries = remembered(this.slot.key).filter((one) => one.print !== this.print);
      remember(this.slot.key, [...entries, { url: this.url, print: this.print, at: Date.now() }]);
    }

    async askOffset() {
      this.offset = Number((await ask("HEAD", this.url, { item: this })).getResponseHeader("Upload-Offset"));
      this.chunk = this.chunk ?? 512 * 1024;
    }

    async sendPiece() {
      const piece = this.file.slice(this.offset, this.offset + this.chunk);
      const answer = await ask("PATCH", this.url, {
        body: piece,
        headers: { "Upload-Offset": String(this.offset), "Content-Type": "application/offset+octet-stream" },
        onProgress: (sent) => this.show(this.offset + Math.min(sent, piece.size)),
        item: this,
      });
      this.offset = Number(answer.getResponseHeader("Upload-Offset"));
      this.tries = 0;
      this.show(this.offset);
    }

    async finish() {
      this.row.tell(words.checking);
      const body = new URLSearchParams({ copy_kind: this.copyKind });
      const answer = JSON.parse((await ask("POST", `${this.url}xong/`, { body, item: this })).responseText);
      forget(this.slot.key, this.url);
      this.slot.show(answer);
      this.slot.say(`${answer.name}: ${words.done}`);
      this.row.remove();
    }

    show(sent) {
      this.row.progress(sent, this.file.size);
      // Spoken at the quarters only: a screen reader that says every percent says nothing else.
      const quarter = Math.floor(this.row.percent / 25);
      if (quarter > this.announced) {
        this.announced = quarter;
        this.slot.say(`${this.file.name}: ${words.sending} ${this.row.percent} %`);
      }
    }

    // True: go on; false: it ended, or waits for the person.
    async maySendAgain({ kind, sentence, offset }) {
      if (kind === "conflict") { this.offset = offset; this.tries += 1; return this.tries <= RETRIES || this.stop(words.server); }
      if (kind === "lost") {
        forget(this.slot.key, this.url);
        this.url = null;
        this.tries += 1;
        return this.tries <= 1 || this.refuse(sentence);
      }
      if (kind === "refused") return this.refuse(sentence);
      if (kind === "signed-out") return this.stop(sentence || words.server, true);
      this.tries += 1;
      if (this.tries > RETRIES) return this.stop(kind === "server" ? words.server : words.broken);
      this.row.tell(words.retrying, "waits");
      if (this.tries === 1) this.slot.say(`${this.file.name}: ${words.retrying}`);
      await this.pause(500 * 2 ** this.tries);
      return true;
    }

    // Until the time is over, or the line is back.
    pause(milliseconds) {
      return new Promise((resolve) => {
        const done = () => { clearTimeout(timer); removeEventListener("online", done); resolve(); };
        const timer = setTimeout(done, milliseconds);
        addEventListener("online", done);
        this.wake = done;
      });
    }

    refuse(sentence) {
      forget(this.slot.key, this.url);
      this.end(sentence || words.refused, "refused");
      this.row.offer(words.dismiss, () => { this.row.remove(); queue.drop(this); });
      return false;
    }

    stop(sentence, signIn = false) {
      this.end(sentence, "waits");
      if (signIn) this.row.offerSignIn();
      this.row.offer(words.again, () => {
        this.tries = 0;
        this.row.withdrawOffers();
        this.row.offer(words.cancel, () => this.cancel());
        this.row.tell(words.waiting);
        this.row.element.focus();
        queue.add(this);
      });
      this.row.offer(words.cancel, () => this.cancel());
      return false;
    }

    end(sentence, look) {
      this.failed = true;
      this.row.withdrawOffers();
      this.row.tell(sentence, look);
      this.slot.say(`${this.file.name}: ${sentence}`);
    }
  }

  // --- all of them, one after the other -----------------------------------------------------------------------------
  const queue = {
    waiting: [],
    ended: new Set(),
    current: null,
    pressed: null,

    add(item) {
      this.ended.delete(item);
      this.waiting.push(item);
      if (!this.current) this.work();
    },

    drop(item) {
      this.ended.delete(item);
      this.waiting = this.waiting.filter((one) => one !== item);
    },

    get isBusy() { return Boolean(this.current || this.waiting.length); },

    async work() {
      while (this.waiting.length) {
        this.current = this.waiting.shift();
        try { await this.current.run(); } catch { this.current.stop(words.server); }
        if (this.current.failed) this.ended.add(this.current);
        this.current = null;
      }
      const pressed = this.pressed;
      this.pressed = null;
      if (pressed && !this.showTrouble()) form.requestSubmit(pressed.isConnected ? pressed : undefined);
    },

    showTrouble() {
      const [first] = this.ended;
      first?.row.element.focus();
      return Boolean(first);
    },
  };

  form.addEventListener("submit", (event) => {
    form.elements.csrfmiddlewaretoken.value = token();
    if (queue.isBusy) {
      // What was chosen goes along, whatever button is pressed: the page leaves when it is there.
      event.preventDefault();
      queue.pressed = event.submitter;
      (queue.current ?? queue.waiting[0]).slot.say(words.leave);
    } else if (event.submitter?.hasAttribute("data-go-on") && queue.showTrouble()) {
      event.preventDefault();
    }
  });
  addEventListener("beforeunload", (event) => { if (queue.isBusy) event.preventDefault(); });

  const slots = [...document.querySelectorAll("[data-upload]")].map((box) => new Slot(box));
  for (const slot of slots) slot.showUnfinished();
})();
