// A back end for Sluice, without dependencies: node backend.mjs [PORT]
//
// Answers the questions of `access.backend` and the hooks of `events.srs`, and takes the signed
// batches of `events.webhooks`. SLUICE_WEBHOOK_SECRET is the secret of the latter.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const SECRET = process.env.SLUICE_WEBHOOK_SECRET ?? "";
const MAX_BODY = 1 << 20; // a batch has 256 kB and one event more at most
const MAX_AGE_S = 300; // a post that is older was recorded by somebody
let newest = ""; // id of the last event that was taken

/** Whether a body was signed by who knows the secret, and not long ago. */
function isGenuine(header, body) {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? "");
  if (!match || !SECRET || Math.abs(Date.now() / 1000 - Number(match[1])) > MAX_AGE_S) {
    return false;
  }
  const wanted = createHmac("sha256", SECRET).update(`${match[1]}.`).update(body).digest();
  return timingSafeEqual(wanted, Buffer.from(match[2], "hex"));
}

/** Takes a batch; each event may come more than once, and is taken once. */
function take(events) {
  for (const event of events) {
    if (event.id > newest) {
      newest = event.id;
      console.log(`event ${event.kind} ${event.stream ?? "-"} ${JSON.stringify(event.figures)}`);
    }
  }
}

/** Whether somebody may: your own rules stand here. */
function mayDo(question) {
  return !question.stream?.startsWith("forbidden");
}

function answer(request, body) {
  if (request.method !== "POST") {
    return [405, ""];
  }
  if (request.url === "/events") {
    if (!isGenuine(request.headers["sluice-signature"], body)) {
      return [401, ""];
    }
    take(JSON.parse(body).events);
    return [204, ""];
  }
  const hook = JSON.parse(body);
  console.log(`${hook.action} ${hook.app}/${hook.stream ?? ""} of ${hook.client_id} at ${hook.ip}`);
  const asks = ["on_connect", "on_publish", "on_play"].includes(hook.action);
  return [200, JSON.stringify({ code: asks && !mayDo(hook) ? 1 : 0 })];
}

const server = createServer((request, response) => {
  const parts = [];
  let size = 0;
  request.on("data", (part) => {
    size += part.length;
    if (size > MAX_BODY) {
      request.destroy();
    }
    parts.push(part);
  });
  request.on("end", () => {
    let status = 400;
    let text = "";
    try {
      [status, text] = answer(request, Buffer.concat(parts));
    } catch (fault) {
      console.log(`not understood: ${fault.message}`);
    }
    response.writeHead(status, { "Content-Type": "application/json" }).end(text);
  });
});

server.listen(Number(process.argv[2] ?? 8085), "127.0.0.1", () => {
  console.log(`listens on ${server.address().port}`);
});
