/**
 * States with an agreed short code: ISO 3166-2's and the post's are the same, and shop platforms use them too.
 * Mexico, Spain or South Africa are not here since each platform abbreviates them in its own way. Data only.
 */

/** Country → code → its names, former codes among them. */
// biome-ignore format: a table
export const STATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  us: {
    al: "Alabama",        ak: "Alaska",         az: "Arizona",        ar: "Arkansas",       ca: "California",
    co: "Colorado",       ct: "Connecticut",    de: "Delaware",       fl: "Florida",        ga: "Georgia",
    hi: "Hawaii|Hawaiʻi", id: "Idaho",          il: "Illinois",       in: "Indiana",        ia: "Iowa",
    ks: "Kansas",         ky: "Kentucky",       la: "Louisiana",      me: "Maine",          md: "Maryland",
    ma: "Massachusetts",  mi: "Michigan",       mn: "Minnesota",      ms: "Mississippi",    mo: "Missouri",
    mt: "Montana",        ne: "Nebraska",       nv: "Nevada",         nh: "New Hampshire",  nj: "New Jersey",
    nm: "New Mexico",     ny: "New York|New York State",              nc: "North Carolina", nd: "North Dakota",
    oh: "Ohio",           ok: "Oklahoma",       or: "Oregon",         pa: "Pennsylvania",   ri: "Rhode Island",
    sc: "South Carolina", sd: "South Dakota",   tn: "Tennessee",      tx: "Texas",          ut: "Utah",
    vt: "Vermont",        va: "Virginia",       wa: "Washington|Washington State",          wv: "West Virginia",
    wi: "Wisconsin",      wy: "Wyoming",
    dc: "District of Columbia|Washington DC|Washington D.C.",
    pr: "Puerto Rico",    gu: "Guam",           as: "American Samoa", mp: "Northern Mariana Islands",
    vi: "Virgin Islands|U.S. Virgin Islands",   fm: "Micronesia|Federated States of Micronesia",
    mh: "Marshall Islands",                     pw: "Palau",
    aa: "Armed Forces Americas",                ae: "Armed Forces Europe",                  ap: "Armed Forces Pacific",
  },
  ca: {
    ab: "Alberta",        bc: "British Columbia|Colombie-Britannique",                      mb: "Manitoba",
    nb: "New Brunswick|Nouveau-Brunswick",      nl: "Newfoundland and Labrador|Newfoundland & Labrador|Newfoundland|Terre-Neuve-et-Labrador|NF",
    ns: "Nova Scotia|Nouvelle-Écosse",          nt: "Northwest Territories|Territoires du Nord-Ouest|NWT",
    nu: "Nunavut",        on: "Ontario",        pe: "Prince Edward Island|Île-du-Prince-Édouard|PEI",
    qc: "Quebec|PQ",      sk: "Saskatchewan",   yt: "Yukon|Yukon Territory",
  },
  au: {
    nsw: "New South Wales",                     vic: "Victoria",      qld: "Queensland",    wa: "Western Australia",
    sa: "South Australia",                      tas: "Tasmania",      nt: "Northern Territory",
    act: "Australian Capital Territory",
  },
  br: {
    ac: "Acre",           al: "Alagoas",        ap: "Amapá",          am: "Amazonas",       ba: "Bahia",
    ce: "Ceará",          df: "Distrito Federal",                     es: "Espírito Santo", go: "Goiás",
    ma: "Maranhão",       mt: "Mato Grosso",    ms: "Mato Grosso do Sul",                   mg: "Minas Gerais",
    pa: "Pará",           pb: "Paraíba",        pr: "Paraná",         pe: "Pernambuco",     pi: "Piauí",
    rj: "Rio de Janeiro", rn: "Rio Grande do Norte",                  rs: "Rio Grande do Sul",
    ro: "Rondônia",       rr: "Roraima",        sc: "Santa Catarina", sp: "São Paulo",      se: "Sergipe",
    to: "Tocantins",
  },
  // ISO changed four of these codes in 2023: the former ones are names here.
  in: {
    an: "Andaman and Nicobar Islands|Andaman & Nicobar Islands|Andaman and Nicobar",        ap: "Andhra Pradesh",
    ar: "Arunachal Pradesh",                    as: "Assam",          br: "Bihar",          ch: "Chandigarh",
    cg: "Chhattisgarh|CT",                      dl: "Delhi|New Delhi",                      ga: "Goa",
    dh: "Dadra and Nagar Haveli and Daman and Diu|Dadra and Nagar Haveli|Daman and Diu|DN|DD",
    gj: "Gujarat",        hr: "Haryana",        hp: "Himachal Pradesh",                     jh: "Jharkhand",
    jk: "Jammu and Kashmir|Jammu & Kashmir",    ka: "Karnataka",      kl: "Kerala",         la: "Ladakh",
    ld: "Lakshadweep",    mp: "Madhya Pradesh", mh: "Maharashtra",    mn: "Manipur",        ml: "Meghalaya",
    mz: "Mizoram",        nl: "Nagaland",       od: "Odisha|Orissa|OR",                     pb: "Punjab",
    py: "Puducherry|Pondicherry",               rj: "Rajasthan",      sk: "Sikkim",         tn: "Tamil Nadu",
    ts: "Telangana|TG",   tr: "Tripura",        up: "Uttar Pradesh",  uk: "Uttarakhand|Uttaranchal|UT",
    wb: "West Bengal",
  },
  // Provinces: what an Italian address has in that place.
  it: {
    ag: "Agrigento",      al: "Alessandria",    an: "Ancona",         ao: "Aosta|Valle d'Aosta",
    ap: "Ascoli Piceno",  aq: "L'Aquila",       ar: "Arezzo",         at: "Asti",           av: "Avellino",
    ba: "Bari",           bg: "Bergamo",        bi: "Biella",         bl: "Belluno",        bn: "Benevento",
    bo: "Bologna",        br: "Brindisi",       bs: "Brescia",        bt: "Barletta-Andria-Trani",
    bz: "Bolzano|Bozen|Bolzano/Bozen",          ca: "Cagliari",       cb: "Campobasso",     ce: "Caserta",
    ch: "Chieti",         cl: "Caltanissetta",  cn: "Cuneo",          co: "Como",           cr: "Cremona",
    cs: "Cosenza",        ct: "Catania",        cz: "Catanzaro",      en: "Enna",           fc: "Forlì-Cesena",
    fe: "Ferrara",        fg: "Foggia",         fi: "Firenze|Florence",                     fm: "Fermo",
    fr: "Frosinone",      ge: "Genova|Genoa",   go: "Gorizia",        gr: "Grosseto",       im: "Imperia",
    is: "Isernia",        kr: "Crotone",        lc: "Lecco",          le: "Lecce",          li: "Livorno",
    lo: "Lodi",           lt: "Latina",         lu: "Lucca",          mb: "Monza e Brianza|Monza e della Brianza|Monza Brianza",
    mc: "Macerata",       me: "Messina",        mi: "Milano|Milan",   mn: "Mantova|Mantua", mo: "Modena",
    ms: "Massa-Carrara|Massa e Carrara",        mt: "Matera",         na: "Napoli|Naples",  no: "Novara",
    nu: "Nuoro",          or: "Oristano",       pa: "Palermo",        pc: "Piacenza",       pd: "Padova|Padua",
    pe: "Pescara",        pg: "Perugia",        pi: "Pisa",           pn: "Pordenone",      po: "Prato",
    pr: "Parma",          pt: "Pistoia",        pu: "Pesaro e Urbino",                      pv: "Pavia",
    pz: "Potenza",        ra: "Ravenna",        rc: "Reggio Calabria|Reggio di Calabria",
    re: "Reggio Emilia|Reggio nell'Emilia",     rg: "Ragusa",         ri: "Rieti",          rm: "Roma|Rome",
    rn: "Rimini",         ro: "Rovigo",         sa: "Salerno",        si: "Siena",          so: "Sondrio",
    sp: "La Spezia",      sr: "Siracusa",       ss: "Sassari",        su: "Sud Sardegna",   sv: "Savona",
    ta: "Taranto",        te: "Teramo",         tn: "Trento",         to: "Torino|Turin",   tp: "Trapani",
    tr: "Terni",          ts: "Trieste",        tv: "Treviso",        ud: "Udine",          va: "Varese",
    vb: "Verbano-Cusio-Ossola",                 vc: "Vercelli",       ve: "Venezia|Venice", vi: "Vicenza",
    vr: "Verona",         vt: "Viterbo",        vv: "Vibo Valentia",
  },
};

/** Names that countries without a table have too: they count only beside the country they are meant in. */
export const IN_SEVERAL_COUNTRIES = ["Amazonas", "Distrito Federal", "Punjab"];
