/** Why a delivery was withdrawn whose person was forgotten, in words for the ledger; whatever comes later goes by it. */
export const FORGOTTEN = "the person was forgotten";
