/** Words for gender, and the one letter that Pinterest knows each by. */
import { fold } from "./normalize-letters.ts";

/** Words that mean another thing in another language ("h", "v", "mies", "nő", numbers) are left out on purpose. */
// biome-ignore format: a table
const WORDS = [
  ["f", "f female feminine        woman girl lady    w weiblich frau    femme feminin feminine femelle"],
  ["f", "mujer hembra femenino femenina              donna femmina femminile   mulher feminino feminina"],
  ["f", "vrouw vrouwelijk         kvinna kvinnlig    kvinde kvindelig   kvinne kvinnelig   nainen"],
  ["f", "kobieta                  žena ženské ženský ženska ženski      femeie  kadın   γυναίκα θηλυκό"],
  ["f", "женщина женский женская  жінка жіноча жіночий      жена женски     أنثى  נקבה   女 女性  여성"],
  ["m", "m male masculine         man boy            mannlich mann herr homme masculin masculine mâle"],
  ["m", "hombre varón macho masculino masculina      uomo maschio maschile     homem"],
  ["m", "mannelijk                manlig             mand mandlig       mannlig"],
  ["m", "mężczyzna                muž mužské mužský muški moški muškarac       bărbat  erkek   άνδρας αρσενικό"],
  ["m", "мужчина мужской мужская  чоловік чоловіча чоловічий  мъж мъжки     ذكر   זכר    男 男性  남성"],
  ["n", "n x other neutral        d divers diverse   autre neutre       otro otra neutro neutra      altro"],
  ["n", "nonbinary nb enby        nichtbinär         nonbinaire         nobinario nobinaria          nonbinario"],
  ["n", "outro outra naobinario   anders             annat              andet               inna"],
] as const;

const LETTER = new Map(
  WORDS.flatMap(([letter, words]) => words.split(/\s+/).map((word) => [fold(word), letter] as const)),
);

/** `f`, `m` or `n`; undefined for a word that is not in the table. */
export const gender = (text: string): "f" | "m" | "n" | undefined => LETTER.get(fold(text));
