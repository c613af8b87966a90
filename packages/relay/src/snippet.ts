/** What a shop pastes into its pages. */
import { tagFiles } from "./tag-files.ts";

export const snippetOf = (relayUrl: string, key: string, isOnly: boolean): string =>
  `<script async src="${relayUrl}/tag${isOnly ? "" : `/${key}`}.js"></script>`;

/** The same for a shop that pins what its pages run: the code under its hash, of this relay's release. */
export const pinnedSnippetOf = (relayUrl: string, key: string, isOnly: boolean): string => {
  const { path, integrity } = tagFiles().pinned();
  const shop = isOnly ? "" : ` data-shop="${key}"`;
  return `<script async src="${relayUrl}${path}"${shop} integrity="${integrity}" crossorigin="anonymous"></script>`;
};
