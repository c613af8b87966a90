/** The part of jsdom that tests read pages with; it brings no types of its own. */
declare module "jsdom" {
  export class JSDOM {
    constructor(html: string, options?: { contentType?: string });
    window: { document: Document };
  }
}
