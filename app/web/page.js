// The page on which people try Warmline: one request at a time, read as it is written.

// What the service applies when a request names no band.
const BAND = { min: 100, max: 150 };

const element = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const rounded = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

let inFlight = null;
let lastRequest = null;

/** A refusal or failure that the service itself describes (RFC 9457). */
class Problem extends Error {
  constructor(problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** The events of an SSE body, its data parsed as JSON; chunks may end anywhere, inside a character too. */
export async function* readEvents(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let event = "message";
  let data = [];
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const [, field, content] = /^([^:\r]*)(?:: ?)?(.*?)\r?$/s.exec(line);
      if (field === "event") event = content;
      else if (field === "data") data.push(content);
      else if (line.trim() === "") {
        if (data.length) yield { event, data: JSON.parse(data.join("\n")) };
        event = "message";
        data = [];
      }
    }
  }
}

async function send() {
  const started = performance.now();
  const times = { firstWord: null, total: null };
  const elapsed = () => performance.now() - started;
  let response = null;
  let reply = null;

  lastRequest = {
    post: element.post.value,
    model: element.model.value || undefined,
    country: element.country.value.toUpperCase() || undefined,
    stream: true,
  };
  inFlight = new AbortController();
  setWriting(true);
  clearAnswer();
  try {
    response = await fetch("/reply", {
      method: "POST",
      headers: { "Content-Type": "application/json", ...authorization() },
      body: JSON.stringify(lastRequest),
      signal: inFlight.signal,
    });
    if (!response.ok) throw new Problem(await readProblem(response));
    for await (const { event, data } of readEvents(response.body)) {
      if (event === "delta") {
        times.firstWord ??= elapsed();
        element.status.textContent = "Writing …";
        element.reply.append(data.text);
      } else if (event === "reply") {
        times.total = elapsed();
        reply = data;
        showReply(reply, times);
      } else if (event === "error") {
        throw new Problem(data);
      }
    }
    if (!reply) throw new TypeError("the stream ended without its last event");
  } catch (error) {
    if (!reply) showFailure(error, response !== null);
  } finally {
    setWriting(false);
    inFlight = null;
  }
}

const authorization = () => (element.key.value ? { Authorization: `Bearer ${element.key.value}` } : {});

async function readProblem(response) {
  const fallback = { title: `The service answered with status ${response.status}` };
  const problem = await response.json().catch(() => fallback);
  return {
    ...problem,
    status: response.status,
    retryable: problem.retryable ?? [429, 502, 503, 504].includes(response.status),
    retryAfter: Number(response.headers.get("Retry-After")) || null,
  };
}

function setWriting(writing) {
  const { send, stop } = element;
  // A button that is disabled drops the focus: hand it to the one that takes over.
  const [next, previous] = writing ? [stop, send] : [send, stop];
  next.disabled = false;
  if (document.activeElement === previous) next.focus({ preventScroll: true });
  previous.disabled = true;
  element.reply.setAttribute("aria-busy", String(writing));
}

function clearAnswer() {
  for (const id of ["reply", "problem", "facts", "guidance", "resources"]) element[id].replaceChildren();
  for (const body of [...element.measures.tBodies]) body.remove();
  for (const id of ["guidance", "resources", "facts", "style", "command"]) element[id].hidden = true;
  element.copy.hidden = false;
  element.status.textContent = "Waiting for the first sentence …";
  if (element.answer.getBoundingClientRect().top > innerHeight / 2) element.answer.scrollIntoView();
}

function showReply(reply, times) {
  element.status.textContent = reply.disclosure;
  element.guidance.append(...reply.helper_guidance.map((line) => make("li", line)));
  element.resources.append(...reply.resources.map(resourceItem));
  element.facts.append(...factsOf(reply, times).map(factPair));
  if (reply.style) element.measures.append(...measureGroups(reply.style));
  element.guidance.hidden = !reply.helper_guidance.length;
  element.resources.hidden = !reply.resources.length;
  element.facts.hidden = false;
  element.style.hidden = !reply.style;
}

function factsOf(reply, times) {
  const words = reply.style?.words;
  return [
    ["Danger seen", reply.safety.level === "none" ? null : `${reply.safety.level}, ${reply.safety.subject}`],
    ["Flags", [...new Set(reply.safety.flags.map(({ id }) => id))].join(", ") || null],
    ["Outcome", reply.outcome === "reply" ? null : reply.outcome.replaceAll("_", " ")],
    ["Model", reply.model],
    ["First word", times.firstWord === null ? null : `${whole.format(times.firstWord)} ms`],
    ["Total", `${whole.format(times.total)} ms`],
    ["Words", words === undefined ? null : `${words}, ${bandOf(words)}`],
    ["Finish reason", reply.finish_reason],
  ].filter(([, value]) => value !== null);
}

function bandOf(words) {
  const place = words < BAND.min ? "below" : words > BAND.max ? "above" : "within";
  return `${place} ${BAND.min}–${BAND.max}`;
}

/** One table body per level of the measures: the plain values first, then each object under its path. */
function* measureGroups(measures, path = "") {
  const nested = ([, value]) => value !== null && typeof value === "object";
  const entries = Object.entries(measures);
  const plain = entries.filter((entry) => !nested(entry));
  if (plain.length) yield measureGroup(path, plain);
  for (const [name, value] of entries.filter(nested)) {
    if (!Array.isArray(value)) yield* measureGroups(value, path ? `${path}.${name}` : name);
  }
}

function measureGroup(path, entries) {
  const rows = entries.map(([name, value]) =>
    make("tr", make("th", { scope: "row" }, name), make("td", measureText(value))),
  );
  if (path) rows.unshift(make("tr", make("th", { scope: "rowgroup", colspan: 2 }, path)));
  return make("tbody", ...rows);
}

function measureText(value) {
  if (value === null) return "–";
  if (typeof value === "number") return rounded.format(value);
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

const factPair = ([name, value]) => make("div", make("dt", name), make("dd", value));

function resourceItem({ name, phone, text, url, hours }) {
  const ways = [
    phone && make("a", { href: `tel:${phone.replace(/[^\d+*#]/g, "")}` }, phone),
    text && make("a", { href: `sms:${text.replace(/[^\d+]/g, "")}` }, `text ${text}`),
    url && /^https?:/.test(url) && make("a", { href: url, rel: "noreferrer" }, url.replace(/^https?:\/\/|\/$/g, "")),
    hours,
  ];
  return make("li", make("strong", name), ...ways.filter(Boolean).flatMap((way) => [" · ", way]));
}

/** An element with attributes (when an object comes first) and children; text stays text. */
function make(tag, ...children) {
  const node = document.createElement(tag);
  if (children[0]?.constructor === Object) {
    for (const [name, value] of Object.entries(children.shift())) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function showFailure(error, answered) {
  const partial = element.reply.textContent ? "The reply above is incomplete" : "";
  const stopped = error.name === "AbortError";
  element.status.textContent = stopped ? sentences("Stopped", partial) : "";
  element.problem.textContent = stopped ? "" : explain(error, answered, partial);
  if (error.problem?.status === 401) element["key-field"].hidden = false;
}

/** What happened, what became of the reply, what to do next. */
function explain(error, answered, partial) {
  if (error instanceof Problem) {
    const { title, detail } = error.problem;
    return sentences(title, detail === title ? "" : detail, partial, nextStep(error.problem));
  }
  if (answered) return sentences("The connection ended too early", partial, "Send the post again");
  return "The service could not be reached. Check that it runs and that you are online, then send again.";
}

const sentences = (...texts) =>
  texts
    .filter(Boolean)
    .map((text) => text.trim().replace(/[^.!?…]$/, "$&."))
    .join(" ");

function nextStep({ status, retryable, retryAfter }) {
  const steps = {
    401: "Enter a key of this service, then send again",
    404: "Choose another model, then send again",
    413: "Make the post shorter, then send again",
    422: "Change the post, then send again",
  };
  if (steps[status]) return steps[status];
  if (retryAfter) return `Wait ${retryAfter} ${retryAfter === 1 ? "second" : "seconds"}, then send again`;
  if (retryable) return "Your post is still there: send it again in a moment";
  return "Sending it again will not help: choose another model, or ask who runs this service";
}

async function loadModels() {
  const response = await fetch("/models", { headers: authorization() }).catch(() => null);
  if (response?.status === 401) element["key-field"].hidden = false;
  if (!response?.ok) return;
  const { models } = await response.json();
  element.model.replaceChildren(
    ...models.map(({ name, state, default: chosen }) =>
      new Option(state === "ready" ? name : `${name} (${state.replaceAll("_", " ")})`, name, chosen, chosen),
    ),
  );
}

function curlCommand() {
  const body = JSON.stringify(lastRequest).replaceAll("'", "'\\''");
  return [
    `curl --no-buffer '${location.origin}/reply'`,
    "-H 'Content-Type: application/json'",
    ...(element.key.value ? ['-H "Authorization: Bearer $WARMLINE_KEY"'] : []),
    `-d '${body}'`,
  ].join(" \\\n  ");
}

async function copyCommand() {
  const command = curlCommand();
  try {
    await navigator.clipboard.writeText(command);
    element.copy.textContent = "Copied";
    setTimeout(() => (element.copy.textContent = "Copy as curl"), 2000);
  } catch {
    // Browsers give no clipboard to pages over plain HTTP: select it, so that the reader can copy.
    element.command.textContent = command;
    element.command.hidden = false;
    getSelection().selectAllChildren(element.command);
  }
}

element.compose.addEventListener("submit", (submission) => {
  submission.preventDefault();
  if (!inFlight) send();
});
element.post.addEventListener("keydown", (key) => {
  if (key.key === "Enter" && (key.ctrlKey || key.metaKey)) element.compose.requestSubmit();
});
for (const example of document.querySelectorAll(".examples button")) {
  example.addEventListener("click", () => {
    element.post.value = example.value;
    element.post.focus();
  });
}
element.stop.addEventListener("click", () => inFlight?.abort());
element.copy.addEventListener("click", copyCommand);
element.key.addEventListener("change", loadModels);
// Firefox keeps what was disabled when a page is reloaded in the middle of a reply.
setWriting(false);
loadModels();
