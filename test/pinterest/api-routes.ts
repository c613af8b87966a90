/** The API for Conversions: one endpoint. Every call is recorded, whatever becomes of it. */
import { setTimeout as sleep } from "node:timers/promises";
import express, { type Response, Router } from "express";
import { type Answer, answerAfter, answerInstead, ruleOf } from "./answer.ts";
import type { FaultRoster } from "./fault-roster.ts";
import type { Fault } from "./faults.ts";
import { type Account, type Asked, judgeCall } from "./judge-call.ts";
import type { ApiCall, Records } from "./records.ts";

/** Pinterest names no limit; far above what anybody sends in one call. */
const BODY_LIMIT = "64mb";

export function apiRoutes(account: Account, records: Records, faults: FaultRoster, now: () => number): Router {
  const router = Router();
  const path = "/v5/ad_accounts/:adAccountId/events";
  router.post(path, express.text({ type: () => true, limit: BODY_LIMIT }), async (request, response) => {
    const text = typeof request.body === "string" ? request.body : "";
    const test = request.query.test;
    const call: ApiCall = { atMs: now(), status: "open", body: text, test: test === "true" };
    const index = records.calls.push(call) - 1;
    const body = parsed(text);
    const struck = faults.strike(() => eventIds(body));
    const asked: Asked = {
      authorization: request.headers.authorization,
      contentType: request.headers["content-type"],
      adAccountId: request.params.adAccountId,
      test,
      body,
    };
    const answer = instead(struck, call.atMs) ?? answered(asked, struck, call, index);
    for (const fault of struck) if (fault.kind === "latency") await sleep(fault.ms);
    close(call, answer);
    if (answer === "dropped") request.socket.destroy();
    else give(response, answer);
  });
  router.all(path, (_request, response) => void response.status(405).json({ code: 405, message: "Use POST." }));
  return router;

  function answered(asked: Asked, struck: readonly Fault[], call: ApiCall, index: number): Answer | "dropped" {
    const rules = struck.map(ruleOf).filter((rule) => rule !== undefined);
    const judgement = judgeCall(asked, account, call.atMs, rules);
    const { atMs, test } = call;
    for (const [event, { status, warning_message, error_message }] of judgement.judged) {
      if (status === "processed") {
        const warned = warning_message === null ? {} : { warning: warning_message };
        records.server.push({ ...event, call: index, atMs, test, ...warned });
      } else {
        call.failed ??= [];
        call.failed.push({ apiName: event.event_name, eventId: event.event_id, words: error_message ?? "" });
      }
    }
    return answerAfter(judgement, struck);
  }
}

const close = (call: ApiCall, answer: Answer | "dropped"): void => {
  call.status = answer === "dropped" ? answer : answer.status;
  const words = answer === "dropped" ? "The connection was broken." : answer.words;
  if (words) call.words = words;
};

const instead = (struck: readonly Fault[], nowMs: number): Answer | "dropped" | undefined =>
  struck.map((fault) => answerInstead(fault, nowMs)).find((answer) => answer !== undefined);

const give = (response: Response, { status, type, body, retryAfter }: Answer): void => {
  if (retryAfter) response.set("Retry-After", retryAfter);
  response.status(status).type(type).send(body);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The ids in a body that nobody has looked at yet. */
const eventIds = (body: unknown): string[] => {
  const data: unknown = typeof body === "object" && body !== null && "data" in body ? body.data : [];
  return (Array.isArray(data) ? data : []).flatMap((event: unknown) =>
    typeof event === "object" && event !== null && "event_id" in event ? [String(event.event_id)] : [],
  );
};
