/** Every route of an Express app, walked, so that a test of all of them forgets none that is new. */
import type { Express } from "express";
import { z } from "zod";

export interface Route {
  method: string;
  path: string;
}

/** The same with the address at which it is reached. */
export interface MountedRoute extends Route {
  at: string;
}

const layers = z.array(
  z.object({
    // Where it is mounted, as it was said; of one that matches anything, "/".
    rawPath: z.string().optional().catch(undefined),
    route: z.object({ path: z.string(), methods: z.record(z.string(), z.boolean()) }).optional(),
    // A router that is mounted is a function with layers of its own.
    handle: z.custom<{ stack?: unknown }>((value) => typeof value === "function"),
  }),
);

export const routesOf = (app: Express): MountedRoute[] => walked(app.router.stack, "");

const walked = (stack: unknown, mount: string): MountedRoute[] =>
  layers.parse(stack).flatMap(({ rawPath = "/", route, handle }) => {
    if (route)
      return Object.keys(route.methods).map((method) => ({
        method: method.toUpperCase(),
        path: route.path,
        at: mount + route.path,
      }));
    return handle.stack ? walked(handle.stack, mount + rawPath.replace(/\/$/, "")) : [];
  });
