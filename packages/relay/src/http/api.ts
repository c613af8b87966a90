/** The server API: which call stands where, who may make it and how large it may be. No page may call it: no CORS. */
import { type RequestHandler, Router } from "express";
import type { Logger } from "pino";
import type { Directory } from "../directory.ts";
import type { Ingest } from "../ingest.ts";
import { apiDocument } from "../sources/server-api.ts";
import { API_DOCUMENT_PATH, EVENTS_PATH, FORGET_PATH } from "../sources/server-paths.ts";
import { CALL_BYTES } from "../sources/server-schema.ts";
import type { Store } from "../store/store.ts";
import { byApiKey, type ShopHandler } from "./api-key.ts";
import { rawBody } from "./body.ts";
import type { DoorLog } from "./door-log.ts";
import { takeEvents } from "./events.ts";
import { forgetPeople } from "./forget.ts";
import { refuse } from "./refuse.ts";

export interface ServingApi {
  directory: Directory;
  ingest: Ingest;
  store: Store;
  now(): number;
  log: Logger;
  door: DoorLog;
  /** Stands before a body is read, and may refuse it. */
  bodies: RequestHandler;
}

export function apiRouter({ directory, ingest, store, now, log, door, bodies }: ServingApi): Router {
  const router = Router();
  const document = JSON.stringify(apiDocument());
  router.get(API_DOCUMENT_PATH, (_request, response) => void response.type("json").send(document));

  const calls = { [EVENTS_PATH]: takeEvents(ingest, now, door), [FORGET_PATH]: forgetPeople(store, now, log) };
  for (const [path, take] of Object.entries(calls)) {
    router.post(path, byApiKey(directory.shops, door.apiKey), isJson, bodies, bytes, take);
    router.all(path, (_request, response) => {
      response.set("Allow", "POST");
      refuse(response, 405, "method", "must be POST");
    });
  }
  return router;
}

const bytes = rawBody(CALL_BYTES);

/** What is sent as something else may not be JSON after all, and `curl -d` alone says that it is a form. */
const isJson: ShopHandler = (request, response, next) => {
  if (request.is(["json", "+json"]) !== false) return next();
  refuse(response, 415, "Content-Type", "must be application/json");
};
