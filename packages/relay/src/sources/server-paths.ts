/** Where the server API stands. */
export const EVENTS_PATH = "/api/events";
/**
 * A POST, though it deletes: whom to forget has to be in the body, since an address ends up in logs, and RFC 9110 (9.3.5)
 * says that some turn a DELETE with a body away or lose it.
 */
export const FORGET_PATH = "/api/forget";
export const API_DOCUMENT_PATH = "/api/openapi.json";
