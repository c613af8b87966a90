/** Countries: ISO 3166 codes, and the names that people write and no dictionary of the runtime lists. Data only. */

const CODES = `
  ad and  ae are  af afg  ag atg  ai aia  al alb  am arm  ao ago  aq ata  ar arg  as asm  at aut  au aus  aw abw  ax ala
  az aze  ba bih  bb brb  bd bgd  be bel  bf bfa  bg bgr  bh bhr  bi bdi  bj ben  bl blm  bm bmu  bn brn  bo bol  bq bes
  br bra  bs bhs  bt btn  bv bvt  bw bwa  by blr  bz blz  ca can  cc cck  cd cod  cf caf  cg cog  ch che  ci civ  ck cok
  cl chl  cm cmr  cn chn  co col  cr cri  cu cub  cv cpv  cw cuw  cx cxr  cy cyp  cz cze  de deu  dj dji  dk dnk  dm dma
  do dom  dz dza  ec ecu  ee est  eg egy  eh esh  er eri  es esp  et eth  fi fin  fj fji  fk flk  fm fsm  fo fro  fr fra
  ga gab  gb gbr  gd grd  ge geo  gf guf  gg ggy  gh gha  gi gib  gl grl  gm gmb  gn gin  gp glp  gq gnq  gr grc  gs sgs
  gt gtm  gu gum  gw gnb  gy guy  hk hkg  hm hmd  hn hnd  hr hrv  ht hti  hu hun  id idn  ie irl  il isr  im imn  in ind
  io iot  iq irq  ir irn  is isl  it ita  je jey  jm jam  jo jor  jp jpn  ke ken  kg kgz  kh khm  ki kir  km com  kn kna
  kp prk  kr kor  kw kwt  ky cym  kz kaz  la lao  lb lbn  lc lca  li lie  lk lka  lr lbr  ls lso  lt ltu  lu lux  lv lva
  ly lby  ma mar  mc mco  md mda  me mne  mf maf  mg mdg  mh mhl  mk mkd  ml mli  mm mmr  mn mng  mo mac  mp mnp  mq mtq
  mr mrt  ms msr  mt mlt  mu mus  mv mdv  mw mwi  mx mex  my mys  mz moz  na nam  nc ncl  ne ner  nf nfk  ng nga  ni nic
  nl nld  no nor  np npl  nr nru  nu niu  nz nzl  om omn  pa pan  pe per  pf pyf  pg png  ph phl  pk pak  pl pol  pm spm
  pn pcn  pr pri  ps pse  pt prt  pw plw  py pry  qa qat  re reu  ro rou  rs srb  ru rus  rw rwa  sa sau  sb slb  sc syc
  sd sdn  se swe  sg sgp  sh shn  si svn  sj sjm  sk svk  sl sle  sm smr  sn sen  so som  sr sur  ss ssd  st stp  sv slv
  sx sxm  sy syr  sz swz  tc tca  td tcd  tf atf  tg tgo  th tha  tj tjk  tk tkl  tl tls  tm tkm  tn tun  to ton  tr tur
  tt tto  tv tuv  tw twn  tz tza  ua ukr  ug uga  um umi  us usa  uy ury  uz uzb  va vat  vc vct  ve ven  vg vgb  vi vir
  vn vnm  vu vut  wf wlf  ws wsm  xk xkx  ye yem  yt myt  za zaf  zm zmb  zw zwe`;

/** Alpha-2 and alpha-3, lowercase. Kosovo's are not ISO's own, but shops and phone numbers use them. */
export const ISO_COUNTRIES: readonly (readonly [alpha2: string, alpha3: string])[] = [
  ...CODES.matchAll(/(\w\w) (\w{3})/g),
].map(([, alpha2 = "", alpha3 = ""]) => [alpha2, alpha3]);

/** Languages whose names of countries and months are understood; where two countries clash, the first wins. */
export const NAME_LANGUAGES = `
  en de fr es it pt nl sv da nb fi pl cs ro hu el tr ru ja ko zh
  hr sl sk bg et lv lt uk sr sr-Latn bs mk sq he ar fa hi bn ur th vi id zh-Hant ca is ka hy az kk be`
  .trim()
  .split(/\s+/);

/** Short, former, official and half-translated names. Those that ISO and CLDR changed lately stand here in both forms. */
// biome-ignore format: a table
export const COUNTRY_ALIASES = [
  ["ae", "UAE|U.A.E.|Emirates|الإمارات"],
  ["ag", "Antigua"],
  ["al", "Shqipëria"],
  ["at", "Oesterreich"],
  ["bl", "Saint Barthélemy|Saint Barths|St. Barths"],
  ["bn", "Brunei|Brunei Darussalam"],
  ["bo", "Bolivia|Bolivia, Plurinational State of|Bolivia (Plurinational State of)"],
  ["bq", "Bonaire|Bonaire, Sint Eustatius and Saba|Caribbean Netherlands"],
  ["bs", "The Bahamas"],
  ["cc", "Cocos Islands|Keeling Islands"],
  ["cd", "DR Congo|D.R. Congo|DRC|Democratic Republic of the Congo|Democratic Republic of Congo|Congo, Democratic Republic of the|Congo, The Democratic Republic of the|Congo (Kinshasa)|Congo-Kinshasa|Zaire"],
  ["cg", "Congo|Republic of the Congo|Congo (Brazzaville)|Congo-Brazzaville"],
  ["ch", "Confoederatio Helvetica|Swiss"],
  ["ci", "Ivory Coast|Côte d'Ivoire"],
  ["cn", "PRC|P.R. China|People's Republic of China|Mainland China"],
  ["cv", "Cape Verde|Cabo Verde"],
  ["cz", "Czech Republic|Czechia"],
  ["de", "Germany|Deutschland|Federal Republic of Germany|Bundesrepublik Deutschland|BRD"],
  ["fk", "Falklands|Falkland Islands (Malvinas)|Falkland Islands [Malvinas]"],
  ["fm", "Micronesia|Micronesia, Federated States of|Federated States of Micronesia"],
  ["gb", "UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|United Kingdom of Great Britain and Northern Ireland|GB-ENG|GB-SCT|GB-WLS|GB-NIR"],
  ["gm", "The Gambia"],
  ["gr", "EL|Hellas|Hellenic Republic"],
  ["gs", "South Georgia and the South Sandwich Islands"],
  ["hk", "Hong Kong|Hong Kong SAR|Hong Kong S.A.R.|香港"],
  ["hm", "Heard Island and McDonald Islands"],
  ["ie", "Eire|Republic of Ireland"],
  ["ir", "Iran, Islamic Republic of|Iran (Islamic Republic of)|Islamic Republic of Iran"],
  ["kn", "Saint Kitts and Nevis"],
  ["kp", "North Korea|Korea, Democratic People's Republic of|Democratic People's Republic of Korea|DPRK"],
  ["kr", "South Korea|Korea|Korea, Republic of|Republic of Korea|ROK"],
  ["la", "Laos|Lao People's Democratic Republic|Lao PDR"],
  ["lc", "Saint Lucia"],
  ["mc", "Principality of Monaco"],
  ["md", "Moldova, Republic of|Republic of Moldova"],
  ["mf", "Saint Martin (French part)|Saint Martin"],
  ["mk", "Macedonia|North Macedonia|Republic of North Macedonia|Macedonia, the former Yugoslav Republic of|FYROM"],
  ["mm", "Burma|Myanmar"],
  ["mo", "Macau|Macao|Macao SAR|澳門|澳门"],
  ["nl", "Holland|The Netherlands|Netherlands (Kingdom of the)|Kingdom of the Netherlands"],
  ["nz", "Aotearoa"],
  ["ph", "The Philippines"],
  ["pm", "Saint Pierre and Miquelon"],
  ["ps", "Palestine|Palestine, State of|State of Palestine"],
  ["re", "Reunion Island|La Réunion"],
  ["ru", "Russia|Russian Federation"],
  ["sa", "KSA|Kingdom of Saudi Arabia|السعودية"],
  ["sh", "Saint Helena|Saint Helena, Ascension and Tristan da Cunha"],
  ["sk", "Slovak Republic"],
  ["sx", "Sint Maarten|Sint Maarten (Dutch part)"],
  ["sy", "Syrian Arab Republic"],
  ["sz", "Swaziland|Eswatini"],
  ["th", "ประเทศไทย"],
  ["tl", "East Timor|Timor-Leste"],
  ["tr", "Turkey|Türkiye|Turkiye|Republic of Türkiye"],
  ["tw", "臺灣|Taiwan, Province of China|Taiwan (Province of China)|Taiwan, Republic of China"],
  ["tz", "Tanzania, United Republic of|United Republic of Tanzania"],
  ["um", "United States Minor Outlying Islands"],
  ["us", "U.S.|U.S.A.|United States|United States of America|The United States|The United States of America|Estados Unidos de América|EE. UU.|EEUU|Vereinigte Staaten von Amerika|Etats-Unis d'Amérique|Stati Uniti d'America|США"],
  ["va", "Vatican|Holy See|Holy See (Vatican City State)"],
  ["vc", "Saint Vincent and the Grenadines|St. Vincent and the Grenadines|Saint Vincent"],
  ["ve", "Venezuela, Bolivarian Republic of|Venezuela (Bolivarian Republic of)"],
  ["vg", "Virgin Islands, British"],
  ["vi", "Virgin Islands, U.S.|US Virgin Islands"],
  ["vn", "Vietnam|Viet Nam"],
  ["xk", "Kosova"],
] as const satisfies readonly (readonly [string, string])[];
