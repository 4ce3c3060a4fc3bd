/** Serves the files below a folder over HTTP: `mirror-server.ts FOLDER ADDRESS PORT`. */
import { createReadStream, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream";

const [root = "", address = "", port = ""] = process.argv.slice(2);

/** Size of the file that a request asks for; undefined if there is none. */
function sizeOf(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : undefined;
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "text/plain" }).end();
}

createServer((request, response) => {
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405);
  // A normalized absolute path holds no "..", so it stays below the folder.
  const { pathname } = new URL(request.url ?? "/", "http://mirror");
  const path = join(root, normalize(pathname));
  const size = sizeOf(path);
  if (size === undefined) return refuse(response, 404);
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": size });
  if (request.method === "HEAD") return response.end();
  // A client that goes away in the middle is no event.
  pipeline(createReadStream(path), response, () => {});
}).listen(Number(port), address);
