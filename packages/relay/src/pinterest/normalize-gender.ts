/** Words for gender, and the one letter that Pinterest knows each by. */
import { fold } from "./normalize-letters.ts";

/** Words that mean another thing in another language ("h", "v", "mies", numbers) are left out on purpose. */
// biome-ignore format: a table
const WORDS = [
  ["f", "f female woman girl      w weiblich frau   femme feminin    mujer femenino   donna femmina femminile"],
  ["f", "mulher feminino          vrouw vrouwelijk  kvinna kvinde kvinne              kobieta  kadın"],
  ["f", "женщина женский          女 女性  여성"],
  ["m", "m male man boy           mannlich mann herr homme masculin  hombre masculino  uomo maschio maschile"],
  ["m", "homem                    mannelijk         mand             mężczyzna         erkek"],
  ["m", "мужчина мужской          男 男性  남성"],
  ["n", "n x other                d divers diverse  autre            otro              altro"],
  ["n", "nonbinary nb enby        nichtbinar        nonbinaire       nobinario         nonbinario"],
  ["n", "outro naobinario         anders            annat            andet             inna"],
] as const;

const LETTER = new Map(
  WORDS.flatMap(([letter, words]) => words.split(/\s+/).map((word) => [fold(word), letter] as const)),
);

/** `f`, `m` or `n`; undefined for a word that is not in the table. */
export const gender = (text: string): "f" | "m" | "n" | undefined => LETTER.get(fold(text));
