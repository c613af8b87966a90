/** A request names one host: of two, a proxy may go by the one and we by the other (RFC 9112, 3.2). */
import type { RequestHandler } from "express";

export const oneHost: RequestHandler = ({ rawHeaders }, response, next) => {
  // Names stand at the even places; Node itself keeps the first of several and says nothing.
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.length === 4 && /^host$/i.test(name));
  if (hosts.length < 2) return next();
  const error = { field: "Host", message: "is there twice" };
  response.status(400).set("Connection", "close").json({ results: [], error });
};
