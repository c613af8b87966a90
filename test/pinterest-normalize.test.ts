import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Profile } from "@pinrelay/tag/contract";
import fc from "fast-check";
import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { describe, expect, test } from "vitest";
import { MATCH_KEYS, type MatchKeys } from "#relay/core/event";
import { unionMatchKeys } from "#relay/core/merge";
import { hashProfile, PERSONAL_DATA } from "#relay/pinterest/match-keys";

const sha = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** A row says what is told (one property, unless it needs its neighbours) and the normal form it must be hashed in. */
type Row = readonly [told: string | Profile, normal: string | undefined];

const holds = (key: keyof MatchKeys, property: keyof Profile, rows: readonly Row[]) =>
  test.each(rows)("%j is hashed as %j", (told, normal) => {
    const profile = typeof told === "string" ? { [property]: told } : told;
    expect(hashProfile(profile)[key]).toEqual(normal === undefined ? undefined : [sha(normal)]);
  });

describe("what sources publish", () => {
  // biome-ignore format: a table
  test.each<[keyof MatchKeys, Profile, string]>([
    // from rudderlabs/rudder-transformer and Pinterest's own server-side tag
    ["em",      { $email: " abc@gmail.com" },            "48ddb93f0b30c475423fe177832912c5bcdce3cc72872f8051627967ef278e08"],
    ["ph",      { $phone_number: "+1234589947 " },       "d164bbe036663cb5c96835e9ccc6501e9a521127ea62f6359744928ba932413b"],
    ["country", { $country_code: "IN" },                 "582967534d0f909d196b97f9e6921342777aea87b46fa52df165389db1fb8ccf"],
    ["ct",      { $city: "Kolkata" },                    "6689106ca7922c30b2fd2c175c85bc7fc2d52cc4941bdd7bb622c6cdc6284a85"],
    ["ge",      { $gender: "non-binary" },               "1b16b1df538ba12dc3f97edbb85caa7050d46c148134290feba80f8236c83db9"],
    ["st",      { $state: "WB" },                        "3b45022ab36728cdae12e709e945bba267c50ee8a91e6e4388539a8e03a3fdcd"],
    ["ph",      { $phone_number: "+1234567890" },        "c775e7b757ede630cd0aa1113bd102661ab38829ca52a6422ab782862f268646"],
    ["zp",      { $zip_code: "12345" },                  "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"],
    // computed from the words of Pinterest's specification
    ["country", { $country_code: "US" },                 "79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621"],
    ["st",      { $state: "CA" },                        "6959097001d10501ac7d54c0bdb8db61420f658f2922cc26e46d536119a31126"],
    ["ct",      { $city: "Menlo Park" },                 "0007a3d64c01e23d5075203c5977c14e4f7e01a3fc570686fcc50b5e1dd42685"],
    ["ge",      { $gender: "male" },                     "62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a"],
  ])("%s of %j has the published hash", (key, profile, hash) => expect(hashProfile(profile)[key]).toEqual([hash]));
});

// biome-ignore format: a table
describe("em", () => holds("em", "$email", [
  ["jane@example.com",                         "jane@example.com"],
  ["  Jane.Doe+Shop@Example.COM\n",            "jane.doe+shop@example.com"],
  ["jane @ example. com",                      "jane@example.com"],
  ["\u200bjane@example.com\u00a0",             "jane@example.com"],
  ["JÜRGEN@MÜLLER.DE",                         "jürgen@müller.de"],
  ["jose\u0301@example.es",                    "jos\u00e9@example.es"],
  ["info@例え.jp",                              "info@例え.jp"],
  // as an address book or a link writes it
  ["Jane Doe <Jane@example.com>",              "jane@example.com"],
  ["<jane@example.com>",                       "jane@example.com"],
  ['"jane@home" <jane@example.com>',           "jane@example.com"],
  ["mailto:jane@example.com",                  "jane@example.com"],
  ["MAILTO:Jane@example.com?subject=Hi",       "jane@example.com"],
  ["Jane <mailto:jane@example.com>",           "jane@example.com"],
  ["",                                         undefined],
  ["   ",                                      undefined],
  ["no email",                                 undefined],
  ["@example.com",                             undefined],
  ["jane@",                                    undefined],
  ["jane@home@example.com",                    undefined],
  ["Jane Doe <jane>",                          undefined],
  ["mailto:",                                  undefined],
  ["mailto:@example.com",                      undefined],
  // MD5 and SHA-1 are for the browser's Tag only: hashing them again would match nobody.
  ["9e26471d35a78862c17e467d87cddedf",         undefined],
  ["63a710569261a24b3766275b7000ce8d7b32e2f7", undefined],
]));

// biome-ignore format: a table
describe("ph", () => holds("ph", "$phone_number", [
  ["+12125550123",                                                    "12125550123"],
  ["+1 (212) 555-0123",                                               "12125550123"],
  ["+1.212.555.0123 ext. 5",                                          "12125550123"],
  ["+1 212 555 0123 x12",                                             "12125550123"],
  ["+1 212 555 0123 #7",                                              "12125550123"],
  ["tel:+1-212-555-0123;ext=9",                                       "12125550123"],
  ["0012125550123",                                                   "12125550123"],
  ["00 49 151 23456789",                                              "4915123456789"],
  ["+1234589947 ",                                                    "1234589947"],
  ["+44 (0)20 7946 0958",                                             "442079460958"],
  ["+44 020 7946 0958",                                               "442079460958"],
  ["0044 (0) 20 7946 0958",                                           "442079460958"],
  ["+49(0)30/901820",                                                 "4930901820"],
  ["+353 (0)1 679 0832",                                              "35316790832"],
  ["+39 06 6988 4466",                                                "390669884466"],
  ["+39 (0)6 6988 4466",                                              "390669884466"],
  ["0039 (0)6 6988 4466",                                             "390669884466"],
  ["+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨",                                                "442079460958"],
  ["＋８１ ９０ １２３４ ５６７８",                                         "819012345678"],
  ["＋１２３４５８９９４７",                                             "1234589947"],
  ["+९१ ९८७६५ ४३२१०",                                                 "919876543210"],
  // national, with a country that is told
  [{ $phone_number: "(212) 555-0123", $country_code: "US" },          "12125550123"],
  [{ $phone_number: "1-212-555-0123", $country_code: "us" },          "12125550123"],
  [{ $phone_number: "011 44 20 7946 0958", $country_code: "US" },     "442079460958"],
  [{ $phone_number: "416 555 0123", $country_code: "Canada" },        "14165550123"],
  // of the right shape, though not on the list of any carrier
  [{ $phone_number: "461 234 5678", $country_code: "US" },            "14612345678"],
  [{ $phone_number: "12 34 56 78", $country_code: "DK" },             "4512345678"],
  [{ $phone_number: "020 7946 0958", $country_code: "UK" },           "442079460958"],
  [{ $phone_number: "07911 123456", $country_code: "United Kingdom" },"447911123456"],
  [{ $phone_number: "0151 23456789", $country_code: "Deutschland" },  "4915123456789"],
  [{ $phone_number: "4915123456789", $country_code: "DE" },           "4915123456789"],
  [{ $phone_number: "06 12 34 56 78", $country_code: "FRA" },         "33612345678"],
  [{ $phone_number: "33612345678", $country_code: "FR" },             "33612345678"],
  [{ $phone_number: "06 6988 4466", $country_code: "IT" },            "390669884466"],
  [{ $phone_number: "312 345 6789", $country_code: "IT" },            "393123456789"],
  [{ $phone_number: "612 34 56 78", $country_code: "ES" },            "34612345678"],
  [{ $phone_number: "090-1234-5678", $country_code: "JP" },           "819012345678"],
  [{ $phone_number: "(11) 91234-5678", $country_code: "BR" },         "5511912345678"],
  [{ $phone_number: "98765 43210", $country_code: "IN" },             "919876543210"],
  [{ $phone_number: "0412 345 678", $country_code: "AU" },            "61412345678"],
  // behind the prefix that is dialled there for a line abroad, whatever it is; 00 is understood everywhere
  [{ $phone_number: "0011 44 7911 123456", $country_code: "AU" },     "447911123456"],
  [{ $phone_number: "0011 39 06 6988 4466", $country_code: "AU" },    "390669884466"],
  [{ $phone_number: "0011 61 412 345 678", $country_code: "AU" },     "61412345678"],
  [{ $phone_number: "0011 1 212 555 0123", $country_code: "AU" },     "12125550123"],
  [{ $phone_number: "0044 7911 123456", $country_code: "AU" },        "447911123456"],
  [{ $phone_number: "001 212 555 0123", $country_code: "AU" },        "12125550123"],
  [{ $phone_number: "010 44 7911 123456", $country_code: "JP" },      "447911123456"],
  [{ $phone_number: "010 44 (0)20 7946 0958", $country_code: "JP" },  "442079460958"],
  [{ $phone_number: "0044 7911 123456", $country_code: "JP" },        "447911123456"],
  [{ $phone_number: "011 44 7911 123456", $country_code: "US" },      "447911123456"],
  [{ $phone_number: "011 39 06 6988 4466", $country_code: "CA" },     "390669884466"],
  [{ $phone_number: "0039 06 6988 4466", $country_code: "US" },       "390669884466"],
  [{ $phone_number: "001 65 9234 5678", $country_code: "KR" },        "6592345678"],
  [{ $phone_number: "001 1 212 555 0123", $country_code: "KR" },      "12125550123"],
  [{ $phone_number: "0066 65 312 3456", $country_code: "TH" },        "66653123456"],
  [{ $phone_number: "8 10 44 7911 123456", $country_code: "RU" },     "447911123456"],
  // the eight that is dialled at home only
  ["+7 8 495 123-45-67",                                              "74951234567"],
  ["+7 (8495) 123-45-67",                                             "74951234567"],
  ["007 8 495 123-45-67",                                             "74951234567"],
  ["+7 8 701 234 56 78",                                              "77012345678"],
  ["+7 800 555-35-35",                                                "78005553535"],
  ["+7 8 800 555-35-35",                                              "78005553535"],
  ["+7 812 123-45-67",                                                "78121234567"],
  ["+370 8 612 34567",                                                "37061234567"],
  ["+375 8 029 123 45 67",                                            "375291234567"],
  [{ $phone_number: "8 (495) 123-45-67", $country_code: "RU" },       "74951234567"],
  // a plus beats the country; so does a whole number that cannot be from there
  [{ $phone_number: "+44 20 7946 0958", $country_code: "US" },        "442079460958"],
  [{ $phone_number: "442079460958", $country_code: "US" },            "442079460958"],
  // two countries are none
  [{ $phone_number: "020 7946 0958", $country_code: ["GB", "US"] },   undefined],
  [{ $phone_number: "020 7946 0958", $country_code: ["US", "GB"] },   undefined],
  [{ $phone_number: "020 7946 0958", $country_code: ["GB", "UK"] },   "442079460958"],
  [{ $phone_number: "020 7946 0958", $country_code: "Atlantis" },     undefined],
  [{ $phone_number: "020 7946 0958", $country_code: sha("gb") },      undefined],
  // without a country: a whole number that lacks only its plus, or nothing
  ["1 (212) 555-0123",                                                "12125550123"],
  ["442079460958",                                                    "442079460958"],
  ["1234567890",                                                      undefined],
  ["(212) 555-0123",                                                  undefined],
  ["020 7946 0958",                                                   undefined],
  ["",                                                                undefined],
  ["+",                                                               undefined],
  ["none",                                                            undefined],
  ["+1",                                                              undefined],
  ["+1234567890123456",                                               undefined],
]));

test("a mobile number of any country is one number, however it is written there", () => {
  const islands = ["AC", "TA"]; // have numbers, but no code of their own in ISO 3166
  for (const region of getCountries().filter((one) => !islands.includes(one))) {
    const national = examples[region];
    const number = national && parsePhoneNumberFromString(national, region);
    if (!number) throw new Error(`no example for ${region}`);
    const ph = [sha(`${getCountryCallingCode(region)}${national}`)];
    const whole = number.number.slice(1);
    const ways = [number.number, number.formatInternational(), `00${whole}`, number.formatNational(), national, whole];
    for (const told of ways)
      expect({ told, ...hashProfile({ $phone_number: told }, { country: region }) }).toEqual({ told, ph });
  }
});

// biome-ignore format: a table
describe("ge", () => holds("ge", "$gender", [
  ["f", "f"],  ["F", "f"],  ["Female", "f"],    ["woman", "f"],  ["Frau", "f"],  ["femme", "f"],  ["Féminin", "f"],  ["mujer", "f"],  ["donna", "f"],  ["女性", "f"],
  ["m", "m"],  ["M", "m"],  [" male ", "m"],    ["Man", "m"],    ["Herr", "m"],  ["homme", "m"],  ["männlich", "m"], ["hombre", "m"], ["uomo", "m"],   ["男", "m"],
  ["n", "n"],  ["X", "n"],  ["Non-Binary", "n"],["non binary", "n"], ["divers", "n"], ["Other", "n"], ["otro", "n"],
  // as an adjective, in the gender of the word for gender
  ["Feminina", "f"],   ["femenina", "f"],  ["Féminine", "f"],  ["Kvinnlig", "f"], ["Kvindelig", "f"], ["Kvinnelig", "f"], ["Hembra", "f"],  ["Женская", "f"],
  ["Masculina", "m"],  ["Masculine", "m"], ["MASCULIN", "m"],  ["Manlig", "m"],   ["Mandlig", "m"],   ["Mannlig", "m"],   ["Macho", "m"],   ["Varón", "m"],    ["Мужская", "m"],
  ["Neutral", "n"],    ["Neutro", "n"],    ["Neutre", "n"],    ["KADIN", "f"],    ["žena", "f"],      ["muž", "m"],       ["жінка", "f"],   ["чоловік", "m"],
  ["nő", undefined],   ["no", undefined],
  ["", undefined],  ["?", undefined],  ["unknown", undefined],  ["1", undefined],  ["prefer not to say", undefined],
]));

// biome-ignore format: a table
describe("db", () => holds("db", "$date_of_birth", [
  ["1990-01-31",                                             "19900131"],
  ["1990-1-5",                                               "19900105"],
  // the written day, whatever the time and the zone
  ["1990-01-31T23:30:00-08:00",                              "19900131"],
  ["1990-01-31T00:00:00.000Z",                               "19900131"],
  ["1990-01-31 00:00:00",                                    "19900131"],
  ["1990/01/31",                                             "19900131"],
  ["1990. 01. 31.",                                          "19900131"],
  ["1990年1月31日",                                            "19900131"],
  ["1990년 1월 31일",                                          "19900131"],
  ["١٩٩٠-٠١-٣١",                                             "19900131"],
  ["19900131",                                               "19900131"],
  ["31.01.1990",                                             "19900131"],
  ["5.6.1990",                                               "19900605"],
  ["31 January 1990",                                        "19900131"],
  ["31st of January, 1990",                                  "19900131"],
  ["31-Jan-1990",                                            "19900131"],
  ["Jan 31, 1990",                                           "19900131"],
  ["JANUARY 31ST 1990",                                      "19900131"],
  ["Sept. 5, 1990",                                          "19900905"],
  ["Wed Jan 31 1990 00:00:00 GMT+0100",                      "19900131"],
  ["Wed, 31 Jan 1990 00:00:00 GMT",                          "19900131"],
  ["1990 01 31",                                             "19900131"],
  ["1990-Jan-31",                                            "19900131"],
  ["1990 January 31",                                        "19900131"],
  ["1990-01-31Z",                                            "19900131"],
  ["1990-01-31+02:00",                                       "19900131"],
  ["1990-01-31-0800",                                        "19900131"],
  ["31JAN1990",                                              "19900131"],
  ["05APRIL1990",                                            "19900405"],
  // in the language of the shop
  ["5. Juni 1990",                                           "19900605"],
  ["Dienstag, 5. Juni 1990",                                 "19900605"],
  ["5. Jänner 1990",                                         "19900105"],
  ["31. März 1990",                                          "19900331"],
  ["31. MAERZ 1990",                                         undefined],
  ["5 juin 1990",                                            "19900605"],
  ["1er août 1990",                                          "19900801"],
  ["mardi 5 juin 1990",                                      "19900605"],
  ["31 janv. 1990",                                          "19900131"],
  ["5 de junio de 1990",                                     "19900605"],
  ["5 de junio del 1990",                                    "19900605"],
  ["miércoles, 31 de enero de 1990",                         "19900131"],
  ["31-ene-1990",                                            "19900131"],
  ["1º de janeiro de 1990",                                  "19900101"],
  ["terça-feira, 5 de junho de 1990",                        "19900605"],
  ["5 giugno 1990",                                          "19900605"],
  ["5 czerwca 1990",                                         "19900605"],
  ["5. června 1990",                                         "19900605"],
  ["5 juni 1990",                                            "19900605"],
  ["den 5 juni 1990",                                        "19900605"],
  ["5. kesäkuuta 1990",                                      "19900605"],
  ["1990. június 5.",                                        "19900605"],
  ["5 Haziran 1990 Salı",                                    "19900605"],
  ["31 ARALIK 1990",                                         "19901231"],
  ["5 июня 1990 г.",                                         "19900605"],
  ["5 червня 1990 р.",                                       "19900605"],
  ["5 Ιουνίου 1990",                                         "19900605"],
  ["٥ يونيو ١٩٩٠",                                           "19900605"],
  ["५ मई १९९०",                                              "19900505"],
  ["31 de febrero de 1990",                                  undefined],
  // October in Croatia, November in Poland and Bohemia
  ["5 listopada 1990",                                       undefined],
  // one reading only
  ["31/01/1990",                                             "19900131"],
  ["01/31/1990",                                             "19900131"],
  ["31-01-1990",                                             "19900131"],
  ["31 01 1990",                                             "19900131"],
  ["01 31 1990",                                             "19900131"],
  ["05/05/1990",                                             "19900505"],
  [{ $date_of_birth: "31/01/1990", $country_code: "US" },    "19900131"],
  [{ $date_of_birth: "01/31/1990", $country_code: "FR" },    "19900131"],
  // two readings: the country decides, and without one nothing does
  [{ $date_of_birth: "05/06/1990", $country_code: "US" },    "19900506"],
  [{ $date_of_birth: "05/06/1990", $country_code: "GB" },    "19900605"],
  [{ $date_of_birth: "5-6-1990", $country_code: "Niederlande" }, "19900605"],
  ["05/06/1990",                                             undefined],
  [{ $date_of_birth: "05 06 1990", $country_code: "FR" },    "19900605"],
  ["05 06 1990",                                             undefined],
  // days that there never were, and what is no date of birth
  ["29.02.2000",                                             "20000229"],
  ["1990-02-31",                                             undefined],
  ["29.02.1900",                                             undefined],
  ["1990-13-01",                                             undefined],
  ["1990-00-10",                                             undefined],
  ["0000-00-00",                                             undefined],
  ["1899-12-31",                                             undefined],
  ["2100-01-01",                                             undefined],
  ["31/01/90",                                               undefined],
  ["31 Foo 1990",                                            undefined],
  ["31 Ma 1990",                                             undefined],
  ["633744000000",                                           undefined],
  ["January 1990",                                           undefined],
  ["",                                                       undefined],
]));

const NAMES: readonly Row[] = [
  ["Jane", "jane"],
  ["  Mary   Ann\t", "mary ann"],
  ["O'Brien-Smith", "o'brien-smith"],
  ["ÉLODIE", "élodie"],
  ["Zoe\u0308", "zo\u00eb"],
  ["Łukasz", "łukasz"],
  ["ΝΙΚΟΣ", "νικος"],
  ["太郎", "太郎"],
  ["محمد", "محمد"],
  // people are called that
  ["Null", "null"],
  ["None", "none"],
  ["   ", undefined],
];
describe("fn", () => holds("fn", "$first_name", NAMES));
describe("ln", () => holds("ln", "$last_name", NAMES));

// biome-ignore format: a table
describe("ct", () => holds("ct", "$city", [
  ["Menlo Park",        "menlopark"],
  ["St. John's",        "stjohns"],
  ["São Paulo",         "sãopaulo"],
  ["Sa\u0303o Paulo",   "s\u00e3opaulo"],
  ["東京",               "東京"],
  ["नई दिल्ली",            "नईदिल्ली"],
  ["Paris 75008",       "paris75008"],
  ["Aix-en-Provence",   "aixenprovence"],
  ["Frankfurt (Main)",  "frankfurtmain"],
  [" - ",               undefined],
  ["-",                 undefined],
  ["N/A",               undefined],
  ["none",              undefined],
  ["NULL",              undefined],
  ["undefined",         undefined],
  ["(null)",            undefined],
  ["Nullarbor",         "nullarbor"],
]));

// biome-ignore format: a table
describe("st", () => holds("st", "$state", [
  ["CA",                                                     "ca"],
  ["California",                                             "ca"],
  ["  NEW   YORK ",                                          "ny"],
  ["US-CA",                                                  "ca"],
  ["D.C.",                                                   "dc"],
  ["District of Columbia",                                   "dc"],
  ["Washington, D.C.",                                       "dc"],
  ["Washington",                                             "wa"],
  ["Puerto Rico",                                            "pr"],
  ["Guam",                                                   "gu"],
  ["Ontario",                                                "on"],
  ["Québec",                                                 "qc"],
  ["Quebec",                                                 "qc"],
  ["Newfoundland & Labrador",                                "nl"],
  ["New South Wales",                                        "nsw"],
  ["NSW",                                                    "nsw"],
  ["AU-QLD",                                                 "qld"],
  ["Victoria",                                               "vic"],
  ["São Paulo",                                              "sp"],
  ["Sao Paulo",                                              "sp"],
  ["West Bengal",                                            "wb"],
  ["Milano",                                                 "mi"],
  ["IT-MI",                                                  "mi"],
  // said twice, or with its country in front
  ["California (CA)",                                        "ca"],
  ["CA (California)",                                        "ca"],
  ["US_CA",                                                  "ca"],
  ["us_ny",                                                  "ny"],
  ["NY - New York",                                          "ny"],
  ["NY-New York",                                            "ny"],
  ["New York, NY",                                           "ny"],
  [{ $state: "New York, NY", $country_code: "US" },          "ny"],
  [{ $state: "Punjab (PB)", $country_code: "IN" },           "pb"],
  ["Milano (MI)",                                            "mi"],
  ["California (NY)",                                        "californiany"],
  ["Emilia-Romagna",                                         "emiliaromagna"],
  [{ $state: "Nuevo León (NL)", $country_code: "MX" },       "nuevoleónnl"],
  // the country decides between namesakes
  [{ $state: "Punjab", $country_code: "IN" },                "pb"],
  [{ $state: "Punjab", $country_code: "Pakistan" },          "punjab"],
  ["Punjab",                                                 "punjab"],
  ["Amazonas",                                               "amazonas"],
  ["Distrito Federal",                                       "distritofederal"],
  [{ $state: "Amazonas", $country_code: "BR" },              "am"],
  [{ $state: "Amazonas", $country_code: "PE" },              "amazonas"],
  [{ $state: "OR", $country_code: "IN" },                    "od"],
  [{ $state: "OR", $country_code: "US" },                    "or"],
  ["OR",                                                     "or"],
  ["UT",                                                     "ut"],
  [{ $state: "Victoria", $country_code: "AU" },              "vic"],
  [{ $state: "Victoria", $country_code: "GB" },              "victoria"],
  // no code that all agree on
  [{ $state: "Île-de-France", $country_code: "FR" },         "îledefrance"],
  [{ $state: "Nuevo León", $country_code: "MX" },            "nuevoleón"],
  ["GB-ENG",                                                 "eng"],
  ["東京都",                                                  "東京都"],
  [" . ",                                                    undefined],
  ["n/a",                                                    undefined],
  ["NA",                                                     "na"],
  ["None",                                                   undefined],
  ["null",                                                   undefined],
  ["undefined",                                              undefined],
  ["-",                                                      undefined],
  [{ $state: "n/a", $country_code: "US" },                   undefined],
]));

// biome-ignore format: a table
describe("zp", () => holds("zp", "$zip_code", [
  ["94025",                                              "94025"],
  ["94025-1234",                                         "94025"],
  [{ $zip_code: "94025-1234", $country_code: "US" },     "94025"],
  [{ $zip_code: "940251234", $country_code: "USA" },     "94025"],
  [{ $zip_code: "94025 1234", $country_code: "US" },     "94025"],
  [{ $zip_code: "2139", $country_code: "US" },           undefined],
  // Its islands have the same post.
  [{ $zip_code: "00901-1234", $country_code: "PR" },     "00901"],
  [{ $zip_code: "96910 1234", $country_code: "Guam" },   "96910"],
  [{ $zip_code: "008021234", $country_code: "VI" },      "00802"],
  [{ $zip_code: "96799-0000", $country_code: "AS" },     "96799"],
  [{ $zip_code: "969501234", $country_code: "MP" },      "96950"],
  [{ $zip_code: "969411234", $country_code: "FM" },      "96941"],
  [{ $zip_code: "901", $country_code: "PR" },            undefined],
  [{ $zip_code: "12345-6789", $country_code: "SA" },     "123456789"],
  ["SW1A 1AA",                                           "sw1a1aa"],
  ["K1A 0B1",                                            "k1a0b1"],
  ["〒100-0001",                                          "1000001"],
  ["１００－０００１",                                         "1000001"],
  ["ＳＷ１Ａ １ＡＡ",                                       "sw1a1aa"],
  ["01310-100",                                          "01310100"],
  ["1012 AB",                                            "1012ab"],
  ["D-10115",                                            "d10115"],
  ["--",                                                 undefined],
  ["-",                                                  undefined],
  ["n/a",                                                undefined],
  ["N/A",                                                undefined],
  ["none",                                               undefined],
  ["Null",                                               undefined],
  ["undefined",                                          undefined],
]));

// biome-ignore format: a table
describe("country", () => holds("country", "$country_code", [
  ["US", "us"],            ["us", "us"],             ["USA", "us"],              ["U.S.", "us"],         ["U.S.A.", "us"],
  ["United States", "us"], ["United States of America", "us"],                   ["Vereinigte Staaten", "us"],
  ["GB", "gb"],            ["UK", "gb"],             ["Great Britain", "gb"],    ["England", "gb"],      ["United Kingdom", "gb"],
  ["Germany", "de"],       ["Deutschland", "de"],    ["Allemagne", "de"],        ["DEU", "de"],          ["ドイツ", "de"],
  ["Österreich", "at"],    ["OESTERREICH", "at"],    ["Austria", "at"],          ["Autriche", "at"],
  ["España", "es"],        ["Espana", "es"],         ["Italia", "it"],           ["Brasil", "br"],       ["Sverige", "se"],
  ["Nederland", "nl"],     ["Holland", "nl"],        ["The Netherlands", "nl"],  ["Polska", "pl"],       ["日本", "jp"],
  ["South Korea", "kr"],   ["Korea, Republic of", "kr"],                         ["Czech Republic", "cz"], ["Czechia", "cz"],
  ["Turkey", "tr"],        ["Türkiye", "tr"],        ["Ivory Coast", "ci"],      ["Côte d’Ivoire", "ci"], ["EL", "gr"],
  ["Bosnia & Herzegovina", "ba"],                    ["Bosnia and Herzegovina", "ba"],                   ["Kosovo", "xk"],
  // with the code behind it, as WooCommerce writes; with ISO's article
  ["United States (US)", "us"],                      ["United Kingdom (UK)", "gb"],                      ["Deutschland (DE)", "de"],
  ["Germany (Deutschland)", "de"],                   ["Spain (Peninsula)", "es"],                        ["日本（Japan）", "jp"],
  ["Netherlands (the)", "nl"],                       ["Philippines (the)", "ph"],                        ["Russian Federation (the)", "ru"],
  ["Gambia, The", "gm"],   ["United States of America (the)", "us"],             ["Falkland Islands (the) [Malvinas]", "fk"],
  ["Congo (the)", "cg"],   ["Congo (the Democratic Republic of the)", "cd"],     ["Sudan (the)", "sd"],  ["Theland", undefined],
  ["Korea (the Republic of)", "kr"],                 ["Korea (the Democratic People's Republic of)", "kp"],
  ["Virgin Islands (British)", "vg"],                ["Virgin Islands (U.S.)", "vi"],                    ["Saint Martin (French part)", "mf"],
  // What stands in brackets may make another country of it.
  ["Korea (North)", undefined],                      ["Ireland (Northern)", undefined],                  ["Congo (Dem. Rep.)", undefined],
  ["China (Hong Kong)", undefined],                  ["Guinea (Equatorial)", "gq"],                      ["Atlantis (US)", undefined],
  // as those who live there call it
  ["Hrvatska", "hr"],      ["Україна", "ua"],        ["България", "bg"],         ["Eesti", "ee"],        ["Latvija", "lv"],
  ["Lietuva", "lt"],       ["Slovenija", "si"],      ["Slovensko", "sk"],        ["Srbija", "rs"],       ["Србија", "rs"],
  ["ישראל", "il"],         ["السعودية", "sa"],       ["المملكة العربية السعودية", "sa"],                  ["الإمارات", "ae"],     ["مصر", "eg"],
  ["台灣", "tw"],           ["台湾", "tw"],            ["臺灣", "tw"],              ["香港", "hk"],          ["Ελλάδα", "gr"],
  ["भारत", "in"],          ["ประเทศไทย", "th"],       ["ไทย", "th"],              ["Việt Nam", "vn"],     ["Indonesia", "id"],
  ["Shqipëria", "al"],     ["Ísland", "is"],         ["საქართველო", "ge"],       ["Հայաստան", "am"],     ["Қазақстан", "kz"],
  ["Azərbaycan", "az"],    ["Северна Македонија", "mk"],                         ["Česko", "cz"],        ["США", "us"],
  ["SIRBISTAN", "rs"],     ["ایران", "ir"],          ["পাকিস্তান", "pk"],          ["پاکستان", "pk"],      ["বাংলাদেশ", "bd"],
  ["Áo", "at"],            ["AO", "ao"],             ["Bỉ", "be"],               ["BI", "bi"],           ["NGA", "ng"],
  // where languages disagree, the larger keeps its word
  ["Island", "is"],        ["Niger", "ne"],          ["Austria", "at"],          ["Dominica", "dm"],     ["Iran", "ir"],
  ["", undefined],         ["ZZ", undefined],        ["Atlantis", undefined],    ["EU", undefined],      ["Europe", undefined],
]));

test("every country is known by both its codes and by the name ISO gives it", () => {
  const rows = readFileSync(new URL("fixtures/iso-3166.txt", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .slice(1);
  expect(rows).toHaveLength(249);
  for (const row of rows) {
    const [, alpha2 = "", alpha3 = "", name = ""] = /^(..) (...) (.*)$/.exec(row) ?? [];
    const hash = [sha(alpha2.toLowerCase())];
    for (const told of [alpha2, alpha3, name])
      expect({ told, ...hashProfile({ $country_code: told }) }).toEqual({ told, country: hash });
  }
});

// biome-ignore format: a table
describe("external_id", () => holds("external_id", "$customer_id", [
  ["42",                          "42"],
  [" Customer-42 ",               "Customer-42"],
  ["gid://shopify/Customer/7041", "gid://shopify/Customer/7041"],
  ["",                            undefined],
]));

// biome-ignore format: a table
describe("hashed_maids", () => holds("hashed_maids", "$maid", [
  ["EA7583CD-A667-48BC-B806-42ECB2B48606",   "ea7583cd-a667-48bc-b806-42ecb2b48606"],
  [" cdda802e-fb9c-47ad-9866-0794d394c912 ", "cdda802e-fb9c-47ad-9866-0794d394c912"],
  ["00000000-0000-0000-0000-000000000000",   undefined],
  ["00000000000000000000000000000000",       undefined],
  ["",                                       undefined],
]));

describe("a profile", () => {
  test("gives exactly the keys it has something for", () => {
    expect(hashProfile({ $email: "jane@example.com", $first_name: " ", $city: [], $gender: "?" })).toEqual({
      em: [sha("jane@example.com")],
    });
    expect(hashProfile({})).toEqual({});
  });

  test("has a row for every match key of Pinterest's", () => {
    expect(PERSONAL_DATA.map(([theirs]) => theirs)).toEqual([...MATCH_KEYS]);
  });

  test("may say several of each: they are sorted, and each once", () => {
    const { em, ph } = hashProfile({
      $email: ["b@example.com", "A@example.com", "nobody", "a@EXAMPLE.com "],
      $phone_number: ["020 7946 0958", "+442079460958"],
      $country_code: "GB",
    });
    expect(em).toEqual([sha("a@example.com"), sha("b@example.com")].sort());
    expect(ph).toEqual([sha("442079460958")]);
  });

  test("that names no country takes the hint for its phone and its dates, and does not tell it", () => {
    const profile = { $phone_number: "020 7946 0958", $date_of_birth: "05/06/1990" };
    expect(hashProfile(profile, { country: "United Kingdom" })).toEqual({
      ph: [sha("442079460958")],
      db: [sha("19900605")],
    });
    expect(hashProfile(profile, { country: "US" }).db).toEqual([sha("19900506")]);
    expect(hashProfile(profile, {})).toEqual({});
  });

  test("believes its own country rather than the hint", () => {
    const profile = { $phone_number: "020 7946 0958", $country_code: "GB" };
    expect(hashProfile(profile, { country: "FR" }).ph).toEqual([sha("442079460958")]);
  });

  test("takes no hint for what a hint could spoil", () => {
    const profile = { $zip_code: "SW1A 1AA", $state: "Ontario" };
    expect(hashProfile(profile, { country: "US" })).toEqual({ zp: [sha("sw1a1aa")], st: [sha("on")] });
  });
});

describe("what is hashed already", () => {
  const given = sha("jane@example.com");

  test.each(PERSONAL_DATA.map(([theirs, ours]) => [theirs, ours]))("passes as %s, in small letters", (theirs, ours) => {
    for (const told of [given, given.toUpperCase(), ` ${given} `])
      expect(hashProfile({ [ours]: told })).toEqual({ [theirs]: [given] });
  });

  test("a visitor ID passes as external_id beside the shop's own", () => {
    const visitor = "0123456789abcdef".repeat(4);
    expect(hashProfile({ $customer_id: ["42", visitor] }).external_id).toEqual([visitor, sha("42")].sort());
  });

  test("64 digits with one that is none are hashed as any text", () => {
    const almost = `g${given.slice(1)}`;
    expect(hashProfile({ $customer_id: almost }).external_id).toEqual([sha(almost)]);
  });

  test("the hash of nothing is nothing", () => {
    for (const [, ours] of PERSONAL_DATA) expect(hashProfile({ [ours]: sha("").toUpperCase() })).toEqual({});
  });
});

describe("whatever is told", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.stringMatching(/^[+0-9 ()./-]{0,20}$/),
    fc.emailAddress(),
    fc.constantFrom("US-CA", "Punjab", "IN", "Québec", "05/06/1990", "+44 (0)20 7946 0958", "Ǆ İ ß ﬃ", sha("")),
  );
  const profile = fc.record(
    Object.fromEntries(PERSONAL_DATA.map(([, ours]) => [ours, fc.oneof(text, fc.array(text, { maxLength: 4 }))])),
    { requiredKeys: [] },
  );

  test("nothing throws, and what comes out is sorted hashes, each once, never of nothing", () => {
    fc.assert(
      fc.property(profile, fc.option(text, { nil: undefined }), (told, country) => {
        for (const [key, hashes] of Object.entries(hashProfile(told, country === undefined ? {} : { country }))) {
          expect(MATCH_KEYS).toContain(key);
          expect(hashes.length).toBeGreaterThan(0);
          expect(hashes).toEqual([...new Set(hashes)].sort());
          for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
          expect(hashes).not.toContain(sha(""));
        }
      }),
    );
  });

  const at = { country: undefined, likely: undefined };
  test.each(PERSONAL_DATA)("the normal form of %s is its own", (key, _, normalize) => {
    fc.assert(
      fc.property(text, (told) => {
        const normal = normalize(told.trim(), at);
        if (normal) expect(normalize(key === "ph" ? `+${normal}` : normal, at)).toBe(normal);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(PERSONAL_DATA)(
    "100,000 characters of it as %s are read once, not each against each",
    (_, ours, normalize) => {
      const absurd = [
        "a",
        " ",
        "0",
        "+",
        "(0)",
        "@",
        "a@",
        "ñ",
        "é ",
        "٣",
        "１",
        "\u0301",
        "&",
        "a-",
        "1/",
        "jan ",
        "\u200b",
        "😀",
        "+4",
        "x1",
      ].flatMap((unit) => [
        unit.repeat(100_000 / unit.length),
        `1${unit.repeat(100_000 / unit.length)}!`,
        `+44${unit.repeat(900 / unit.length)}`,
      ]);
      hashProfile({ $country_code: "Atlantis" }); // names of countries are gathered once, on first need
      for (const told of absurd) {
        const before = process.cpuUsage();
        hashProfile({ [ours]: told }, { country: told });
        normalize(told, at); // what it does with text that hashProfile would not even show it
        // Of this process alone, whatever else the machine is doing. A step for each pair of characters would be 10^10.
        expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
      }
    },
  );
});

describe("the union of two", () => {
  const hash = fc.integer({ min: 0, max: 9 }).map((n) => sha(String(n)));
  const list = fc.uniqueArray(hash, { minLength: 1, maxLength: 4 }).map((hashes) => hashes.sort());
  const keys: fc.Arbitrary<MatchKeys> = fc.record(Object.fromEntries(MATCH_KEYS.map((key) => [key, list])), {
    requiredKeys: [],
  });

  test("knows what either knows, sorted and once each", () => {
    const [jane, june, jess] = [sha("jane@example.com"), sha("june@example.com"), sha("jess@example.com")];
    expect(
      unionMatchKeys(
        { em: [jane, june].sort(), ct: [sha("paris")] },
        { em: [jane, jess].sort(), ph: [sha("33612345678")] },
      ),
    ).toEqual({
      em: [jane, june, jess].sort(),
      ph: [sha("33612345678")],
      ct: [sha("paris")],
    });
    expect(unionMatchKeys({}, {})).toEqual({});
  });

  test("does not care which came first, how they were grouped, or how often one came", () => {
    fc.assert(
      fc.property(keys, keys, keys, (a, b, c) => {
        // as text, since the payload's bytes must not depend on it either
        expect(JSON.stringify(unionMatchKeys(a, b))).toBe(JSON.stringify(unionMatchKeys(b, a)));
        expect(unionMatchKeys(unionMatchKeys(a, b), c)).toEqual(unionMatchKeys(a, unionMatchKeys(b, c)));
        expect(unionMatchKeys(a, a)).toEqual(a);
        expect(unionMatchKeys(a, {})).toEqual(a);
      }),
    );
  });
});
