/** Every page of the dashboard and every form of it, by method and path. Nothing else is reachable there. */
import {
  addDestination,
  changeAccount,
  destinationsPage,
  driveBrowser,
  removeDestination,
  setState,
} from "./pages/destinations.tsx";
import { eventPage, replayOne } from "./pages/event.tsx";
import { historyPage } from "./pages/history.tsx";
import { csv, logPage, tail } from "./pages/log.tsx";
import { overviewPage } from "./pages/overview.tsx";
import { previewPage, saveChanges } from "./pages/preview.tsx";
import { findPerson, forgetOne, privacyPage } from "./pages/privacy.tsx";
import { replayMany } from "./pages/replay.tsx";
import { rulesPage } from "./pages/rules.tsx";
import { exportSettings, settingsPage } from "./pages/settings.tsx";
import { addShop, auditPage, homePage, shopsPage } from "./pages/shops.tsx";
import { setOrigins, setSecret, sourcesPage } from "./pages/sources.tsx";
import { addFirst, heardSoFar, startPage } from "./pages/start.tsx";
import type { Page, ShopVisit } from "./visit.ts";

/** `get` shows and changes nothing; `post` changes, with a form that carries the session's CSRF word. */
export type Method = "get" | "post";

/** Below `/admin`. */
// biome-ignore format: a table
export const HOUSE_ROUTES: readonly (readonly [method: Method, path: string, page: Page])[] = [
  ["get",  "/",      homePage],
  ["get",  "/shops", shopsPage],
  ["post", "/shops", addShop],
  ["get",  "/audit", auditPage],
];

/** Below `/admin/shops/{key}`. */
// biome-ignore format: a table
export const SHOP_ROUTES: readonly (readonly [method: Method, path: string, page: Page<ShopVisit>])[] = [
  ["get",  "",                                   overviewPage],
  ["get",  "/start",                             startPage],
  ["post", "/start",                             addFirst],
  ["get",  "/start/heard",                       heardSoFar],
  ["get",  "/events",                            logPage],
  ["get",  "/events.csv",                        csv],
  ["get",  "/events/tail",                       tail],
  ["post", "/events/replay",                     replayMany],
  ["get",  "/events/:row",                       eventPage],
  ["post", "/events/:row/replay",                replayOne],
  ["get",  "/destinations",                      destinationsPage],
  ["post", "/destinations",                      addDestination],
  ["post", "/destinations/:destination/state",   setState],
  ["post", "/destinations/:destination/account", changeAccount],
  ["post", "/destinations/:destination/browser", driveBrowser],
  ["post", "/destinations/:destination/remove",  removeDestination],
  ["get",  "/settings",                          settingsPage],
  ["get",  "/settings/rules/:destination",       rulesPage],
  ["get",  "/settings/history",                  historyPage],
  ["get",  "/settings/export",                   exportSettings],
  ["post", "/settings/preview",                  previewPage],
  ["post", "/settings/save",                     saveChanges],
  ["get",  "/privacy",                           privacyPage],
  ["post", "/privacy/find",                      findPerson],
  ["post", "/privacy/forget",                    forgetOne],
  ["get",  "/sources",                           sourcesPage],
  ["post", "/sources/origins",                   setOrigins],
  ["post", "/sources/secrets",                   setSecret],
];
