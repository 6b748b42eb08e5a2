#include "names/romanise.h"

#include <string.h>

/*
 * Hand-written facts: the table of Wade and Giles (Giles 1892) from Hanyu Pinyin; the Hong Kong government's customary
 * spelling from Jyutping; customary spellings of Hokkien and Teochew names in Singapore and Malaysia. Where several
 * spellings are in use the commonest stands here, and the Latin channel bridges the rest.
 */

struct rule {
    const char *from, *to;
};

struct surname {
    uint16_t cp;
    char spelling[8];
};

struct southern {
    uint16_t cp;
    char surname[7], given[7]; /* "": as the other */
};

/* clang-format off */

/* Whole syllables first, then initials, then finals of what is left. */
static const struct rule wade_giles_syllables[] = {
    { "zhi", "chih" }, { "chi", "chih" }, { "shi", "shih" }, { "ri", "jih" }, { "zi", "tzu" }, { "ci", "tzu" }, { "si", "ssu" },
    { "ju", "chu" }, { "qu", "chu" }, { "xu", "hsu" }, { "juan", "chuan" }, { "quan", "chuan" }, { "xuan", "hsuan" },
    { "yan", "yen" }, { "ye", "yeh" }, { "you", "yu" }, { "yong", "yung" }, { "yue", "yueh" }, { "yi", "i" }, { "er", "erh" },
    { "ge", "ko" }, { "ke", "ko" }, { "he", "ho" }, { "gui", "kuei" }, { "kui", "kuei" }, { "guo", "kuo" }, { "kuo", "kuo" },
    { "shuo", "shuo" }, { "jiong", "chiung" }, { "qiong", "chiung" }, { "xiong", "hsiung" }, { "huo", "huo" },
};
static const struct rule wade_giles_initials[] = {
    { "zh", "ch" }, { "ch", "ch" }, { "sh", "sh" }, { "b", "p" }, { "d", "t" }, { "g", "k" }, { "j", "ch" }, { "q", "ch" },
    { "x", "hs" }, { "r", "j" }, { "z", "ts" }, { "c", "ts" },
};
static const struct rule wade_giles_finals[] = {
    { "ong", "ung" }, { "ian", "ien" }, { "ie", "ieh" }, { "ue", "ueh" }, { "uo", "o" },
};

static const struct rule hong_kong_syllables[] = {
    { "m", "ng" }, { "zi", "chi" }, { "ci", "chi" }, { "si", "sze" }, { "ji", "yee" }, { "jyu", "yu" }, { "zang", "tsang" },
    { "ce", "tse" },
    { "ze", "tse" }, { "soeng", "sheung" }, { "sek", "shek" }, { "seoi", "shui" }, { "seon", "shun" }, { "syu", "shu" }, { "saan", "shan" },
    { "suk", "shuk" }, { "gei", "kei" }, { "lei", "lee" }, { "wu", "wu" }, { "hin", "hin" }, { "sing", "shing" },
};
static const struct rule hong_kong_initials[] = {
    { "ng", "ng" }, { "gw", "kw" }, { "kw", "kw" }, { "b", "p" }, { "d", "t" }, { "g", "k" }, { "z", "ch" }, { "c", "ch" }, { "j", "y" },
};
static const struct rule hong_kong_finals[] = {
    { "aai", "ai" }, { "aau", "au" }, { "aam", "am" }, { "aang", "ang" }, { "aan", "an" }, { "aap", "ap" }, { "aat", "at" },
    { "aak", "ak" },
    { "aa", "a" }, { "eoi", "ui" }, { "eon", "un" }, { "eot", "ut" }, { "oeng", "eung" }, { "oek", "euk" }, { "oe", "eu" },
    { "yun", "uen" },
    { "yut", "uet" }, { "yu", "u" }, { "ou", "o" },
};

/* Surnames whose reading or spelling is another than the character's usual one. */
static const struct surname mandarin_surnames[] = {
    { 0x4E50, "yue" }, { 0x4EC7, "qiu" }, { 0x4EFB, "ren" }, { 0x4F58, "she" }, { 0x4FDE, "yu" },
    { 0x51BC, "xian" }, { 0x533A, "ou" }, { 0x5340, "ou" }, { 0x534E, "hua" }, { 0x5355, "shan" },
    { 0x53EC, "shao" }, { 0x5458, "yun" }, { 0x54E1, "yun" }, { 0x55AE, "shan" }, { 0x5B93, "mi" },
    { 0x5C09, "yu" }, { 0x5C39, "yin" }, { 0x6298, "she" }, { 0x66FE, "zeng" }, { 0x6734, "piao" },
    { 0x67E5, "zha" }, { 0x6A02, "yue" }, { 0x6A0A, "fan" }, { 0x6C88, "shen" }, { 0x76D6, "ge" },
    { 0x796D, "zhai" }, { 0x79CD, "chong" }, { 0x7A2E, "chong" }, { 0x7E41, "po" }, { 0x7FDF, "zhai" },
    { 0x83EF, "hua" }, { 0x845B, "ge" }, { 0x84CB, "ge" }, { 0x891A, "chu" }, { 0x8983, "qin" },
    { 0x89E3, "xie" }, { 0x8CC1, "ben" }, { 0x8D32, "ben" }, { 0x8ECA, "che" }, { 0x8F66, "che" },
    { 0x9004, "pang" }, { 0x90A3, "na" }, { 0x9ED1, "he" },
};
static const struct surname hong_kong_surnames[] = {
    { 0x4E18, "yau" }, { 0x4EFB, "yam" }, { 0x4F0D, "ng" }, { 0x4F55, "ho" }, { 0x4F59, "yu" },
    { 0x5173, "kwan" }, { 0x51AF, "fung" }, { 0x51BC, "sin" }, { 0x51CC, "ling" }, { 0x5218, "lau" },
    { 0x5289, "lau" }, { 0x533A, "au" }, { 0x5340, "au" }, { 0x5355, "sin" }, { 0x5362, "lo" },
    { 0x53F2, "sze" }, { 0x53F6, "yip" }, { 0x5415, "lui" }, { 0x5433, "ng" }, { 0x5434, "ng" },
    { 0x5442, "lui" }, { 0x5468, "chow" }, { 0x5510, "tong" }, { 0x55AE, "sin" }, { 0x59DA, "yiu" },
    { 0x5B59, "suen" }, { 0x5B6B, "suen" }, { 0x5B8B, "sung" }, { 0x5BB9, "yung" }, { 0x5C39, "wan" },
    { 0x5C48, "wat" }, { 0x5C91, "shum" }, { 0x5D14, "chui" }, { 0x5E03, "po" }, { 0x5ED6, "liu" },
    { 0x5F20, "cheung" }, { 0x5F35, "cheung" }, { 0x5F6D, "pang" }, { 0x5F90, "tsui" }, { 0x6234, "tai" },
    { 0x62DB, "chiu" }, { 0x6587, "man" }, { 0x65B9, "fong" }, { 0x65BD, "sze" }, { 0x66FE, "tsang" },
    { 0x6731, "chu" }, { 0x674E, "lee" }, { 0x675C, "to" }, { 0x6768, "yeung" }, { 0x6797, "lam" },
    { 0x67EF, "or" }, { 0x6881, "leung" }, { 0x694A, "yeung" }, { 0x6B27, "au" }, { 0x6B50, "au" },
    { 0x6BD5, "but" }, { 0x6BDB, "mo" }, { 0x6C5F, "kong" }, { 0x6C64, "tong" }, { 0x6C6A, "wong" },
    { 0x6C88, "shum" }, { 0x6D2A, "hung" }, { 0x6E29, "wan" }, { 0x6E38, "yau" }, { 0x6E6F, "tong" },
    { 0x6EAB, "wan" }, { 0x6F58, "poon" }, { 0x738B, "wong" }, { 0x7530, "tien" }, { 0x7562, "but" },
    { 0x76E7, "lo" }, { 0x77F3, "shek" }, { 0x7B80, "kan" }, { 0x7C21, "kan" }, { 0x7F57, "law" },
    { 0x7F85, "law" }, { 0x7FC1, "yung" }, { 0x7FDF, "chak" }, { 0x80E1, "wu" }, { 0x82CF, "so" },
    { 0x83AB, "mok" }, { 0x8427, "siu" }, { 0x8449, "yip" }, { 0x845B, "kot" }, { 0x8463, "tung" },
    { 0x848B, "tseung" }, { 0x8521, "choi" }, { 0x8523, "tseung" }, { 0x856D, "siu" }, { 0x8607, "so" },
    { 0x8881, "yuen" }, { 0x8A31, "hui" }, { 0x8A79, "chim" }, { 0x8B1D, "tse" }, { 0x8B5A, "tam" },
    { 0x8BB8, "hui" }, { 0x8C22, "tse" }, { 0x8C2D, "tam" }, { 0x8CC8, "ka" }, { 0x8CF4, "lai" },
    { 0x8D3E, "ka" }, { 0x8D56, "lai" }, { 0x8D75, "chiu" }, { 0x8D99, "chiu" }, { 0x9093, "tang" },
    { 0x909D, "kwong" }, { 0x90B1, "yau" }, { 0x90B5, "siu" }, { 0x90D1, "cheng" }, { 0x90ED, "kwok" },
    { 0x9127, "tang" }, { 0x912D, "cheng" }, { 0x913A, "kwong" }, { 0x9322, "chin" }, { 0x937E, "chung" },
    { 0x949F, "chung" }, { 0x94B1, "chin" }, { 0x95DC, "kwan" }, { 0x962E, "yuen" }, { 0x9648, "chan" },
    { 0x9673, "chan" }, { 0x970D, "fok" }, { 0x97CB, "wai" }, { 0x97E6, "wai" }, { 0x984F, "ngan" },
    { 0x989C, "ngan" }, { 0x99AC, "ma" }, { 0x99AE, "fung" }, { 0x99F1, "lok" }, { 0x9A6C, "ma" },
    { 0x9A86, "lok" }, { 0x9AD8, "ko" }, { 0x9B91, "pau" }, { 0x9C8D, "pau" }, { 0x9EA5, "mak" },
    { 0x9EA6, "mak" }, { 0x9EC3, "wong" }, { 0x9EC4, "wong" }, { 0x9ECE, "lai" }, { 0x9F94, "kung" },
    { 0x9F9A, "kung" },
};

/* Code point, as a surname, in a given name. */
static const struct southern hokkien[] = {
    { 0x4E01, "teng", "" }, { 0x4E07, "ban", "" }, { 0x4E09, "", "sar" }, { 0x4E16, "", "see" },
    { 0x4E18, "khoo", "" }, { 0x4E1C, "", "tong" }, { 0x4E25, "giam", "" }, { 0x4E2D, "", "tiong" },
    { 0x4E30, "", "hong" }, { 0x4E3A, "", "wee" }, { 0x4E3D, "", "lay" }, { 0x4E49, "", "ghee" },
    { 0x4E5D, "", "kow" }, { 0x4E66, "", "soo" }, { 0x4E91, "hoon", "" }, { 0x4E94, "", "goh" },
    { 0x4EAE, "", "leong" }, { 0x4EC1, "", "jin" }, { 0x4EEA, "", "ghee" }, { 0x4F0A, "ee", "" },
    { 0x4F0D, "ngo", "" }, { 0x4F1F, "", "wee" }, { 0x4F26, "", "loon" }, { 0x4F55, "ho", "" },
    { 0x4F59, "ee", "" }, { 0x4F86, "", "lai" }, { 0x4FAF, "hau", "" }, { 0x4FCA, "", "choon" },
    { 0x4FDE, "joo", "" }, { 0x4FE1, "", "sin" }, { 0x502A, "geh", "" }, { 0x502B, "", "loon" },
    { 0x5049, "", "wee" }, { 0x5065, "", "kian" }, { 0x5085, "poh", "" }, { 0x5091, "", "kiat" },
    { 0x5100, "", "ghee" }, { 0x5143, "", "guan" }, { 0x5149, "", "kong" }, { 0x5168, "", "chuan" },
    { 0x516D, "", "lak" }, { 0x5170, "", "lan" }, { 0x5174, "", "heng" }, { 0x51AF, "pang", "" },
    { 0x51CC, "leng", "" }, { 0x51E4, "", "hong" }, { 0x51EF, "", "kye" }, { 0x51F1, "", "kye" },
    { 0x5218, "low", "" }, { 0x5229, "", "lee" }, { 0x5289, "low", "" }, { 0x52C7, "", "yong" },
    { 0x52DD, "", "seng" }, { 0x5317, "", "pak" }, { 0x5343, "", "chian" }, { 0x534E, "", "hwa" },
    { 0x5353, "toh", "" }, { 0x5357, "", "lam" }, { 0x5362, "loh", "" }, { 0x53CB, "", "yew" },
    { 0x53CC, "", "siang" }, { 0x53D1, "", "huat" }, { 0x53F6, "yap", "" }, { 0x5415, "loo", "" },
    { 0x5433, "goh", "" }, { 0x5434, "goh", "" }, { 0x5442, "loo", "" }, { 0x5468, "chew", "" },
    { 0x548C, "", "hoe" }, { 0x5510, "tng", "" }, { 0x5584, "", "sian" }, { 0x559C, "", "hee" },
    { 0x5609, "", "kah" }, { 0x56B4, "giam", "" }, { 0x56DB, "", "see" }, { 0x56FD, "", "kok" },
    { 0x570B, "", "kok" }, { 0x571F, "", "thor" }, { 0x5723, "", "seng" }, { 0x5764, "", "koon" },
    { 0x57F9, "", "puay" }, { 0x58EB, "", "soo" }, { 0x58F0, "", "seng" }, { 0x58FD, "", "siew" },
    { 0x590F, "hay", "" }, { 0x5927, "", "tai" }, { 0x5929, "", "thian" }, { 0x5982, "", "joo" },
    { 0x59DA, "yeo", "" }, { 0x5A18, "", "neo" }, { 0x5A25, "", "ngoh" }, { 0x5B50, "", "choo" },
    { 0x5B59, "soon", "" }, { 0x5B5D, "", "how" }, { 0x5B6B, "soon", "" }, { 0x5B89, "", "ann" },
    { 0x5B8B, "song", "" }, { 0x5B8F, "", "hong" }, { 0x5B97, "", "chong" }, { 0x5B9D, "", "poh" },
    { 0x5B9E, "", "sit" }, { 0x5BB6, "", "kah" }, { 0x5BBD, "", "kuan" }, { 0x5BCC, "", "hoo" },
    { 0x5BE6, "", "sit" }, { 0x5BEC, "", "kuan" }, { 0x5BF6, "", "poh" }, { 0x5BFF, "", "siew" },
    { 0x5C0F, "", "seow" }, { 0x5C24, "yew", "" }, { 0x5C71, "", "san" }, { 0x5CA9, "", "giam" },
    { 0x5DDD, "", "chuan" }, { 0x5DEB, "boo", "" }, { 0x5E73, "", "peng" }, { 0x5E84, "chng", "" },
    { 0x5E86, "", "keng" }, { 0x5EAD, "", "teng" }, { 0x5EB7, "kng", "kong" }, { 0x5ED6, "liew", "" },
    { 0x5EFA, "", "kian" }, { 0x5F20, "teo", "" }, { 0x5F35, "teo", "" }, { 0x5F37, "", "kiang" },
    { 0x5F3A, "", "kiang" }, { 0x5F6C, "", "pin" }, { 0x5F6D, "pang", "" }, { 0x5F90, "chee", "" },
    { 0x5FB7, "", "teck" }, { 0x5FC3, "", "sim" }, { 0x5FD7, "", "chee" }, { 0x5FE0, "", "tiong" },
    { 0x6069, "", "oon" }, { 0x60E0, "", "hui" }, { 0x6167, "", "hui" }, { 0x6176, "", "keng" },
    { 0x6210, "", "seng" }, { 0x6234, "teh", "" }, { 0x624D, "", "chye" }, { 0x632F, "", "chin" },
    { 0x654F, "", "bin" }, { 0x6587, "", "boon" }, { 0x65B0, "", "sin" }, { 0x65B9, "png", "" },
    { 0x65BD, "see", "" }, { 0x660C, "", "chiang" }, { 0x660E, "", "beng" }, { 0x6613, "yeak", "" },
    { 0x6625, "", "choon" }, { 0x666F, "", "keng" }, { 0x667A, "", "tee" }, { 0x66F8, "", "soo" },
    { 0x66FE, "chan", "" }, { 0x6708, "", "guek" }, { 0x6709, "", "yew" }, { 0x6728, "", "bok" },
    { 0x6731, "choo", "" }, { 0x674E, "lee", "" }, { 0x675C, "toh", "" }, { 0x6765, "", "lai" },
    { 0x6768, "yeo", "" }, { 0x6770, "", "kiat" }, { 0x6771, "", "tong" }, { 0x677E, "", "siong" },
    { 0x6797, "lim", "" }, { 0x679D, "", "kee" }, { 0x67CF, "", "peck" }, { 0x67EF, "kua", "" },
    { 0x6811, "", "chew" }, { 0x6839, "", "koon" }, { 0x6842, "", "kwee" }, { 0x6881, "neo", "" },
    { 0x6885, "mui", "buay" }, { 0x694A, "yeo", "" }, { 0x69AE, "", "eng" }, { 0x6A39, "", "chew" },
    { 0x6B27, "au", "" }, { 0x6B3D, "", "khim" }, { 0x6B50, "au", "" }, { 0x6B63, "", "cheng" },
    { 0x6B66, "", "boo" }, { 0x6C11, "", "bin" }, { 0x6C34, "", "chwee" }, { 0x6C38, "", "eng" },
    { 0x6C5F, "kang", "" }, { 0x6C64, "thng", "" }, { 0x6C88, "sim", "" }, { 0x6CB3, "", "ho" },
    { 0x6CBB, "", "tee" }, { 0x6CC9, "", "chuan" }, { 0x6CF0, "", "thye" }, { 0x6D2A, "ang", "" },
    { 0x6D77, "", "hai" }, { 0x6D82, "toh", "" }, { 0x6DFB, "", "thiam" }, { 0x6E05, "", "cheng" },
    { 0x6E29, "oon", "" }, { 0x6E38, "yew", "" }, { 0x6E6F, "thng", "" }, { 0x6E90, "", "guan" },
    { 0x6EAB, "oon", "" }, { 0x6F58, "phua", "" }, { 0x706B, "", "hway" }, { 0x708E, "", "yam" },
    { 0x70B3, "", "peng" }, { 0x70BA, "", "wee" }, { 0x71D5, "", "yan" }, { 0x7389, "", "geok" },
    { 0x738B, "ong", "" }, { 0x73CD, "", "tin" }, { 0x73E0, "", "choo" }, { 0x7434, "", "khim" },
    { 0x745E, "", "swee" }, { 0x7518, "kam", "" }, { 0x751F, "", "seng" }, { 0x7530, "chan", "" },
    { 0x767C, "", "huat" }, { 0x767D, "peh", "" }, { 0x767E, "", "pek" }, { 0x76CA, "", "yak" },
    { 0x76DB, "seng", "" }, { 0x76E7, "loh", "" }, { 0x77F3, "chioh", "chiok" }, { 0x78A7, "", "phaik" },
    { 0x793C, "", "lay" }, { 0x7956, "", "choh" }, { 0x7965, "", "siang" }, { 0x797F, "", "lok" },
    { 0x7984, "", "lok" }, { 0x798F, "", "hock" }, { 0x79AE, "", "lay" }, { 0x79C0, "", "siew" },
    { 0x79E6, "chin", "" }, { 0x7ACB, "", "lip" }, { 0x7AE5, "tang", "" }, { 0x7B26, "foo", "" },
    { 0x7D00, "kee", "" }, { 0x7D20, "", "soh" }, { 0x7D39, "", "siow" }, { 0x7DAD, "", "wee" },
    { 0x7EAA, "kee", "" }, { 0x7ECD, "", "siow" }, { 0x7EF4, "", "wee" }, { 0x7F57, "loh", "" },
    { 0x7F85, "loh", "" }, { 0x7F8E, "", "bee" }, { 0x7FA9, "", "ghee" }, { 0x7FC1, "ong", "" },
    { 0x8000, "", "yeow" }, { 0x8056, "", "seng" }, { 0x806A, "", "chong" }, { 0x8070, "", "chong" },
    { 0x8072, "", "seng" }, { 0x80DC, "", "seng" }, { 0x80E1, "oh", "" }, { 0x80FD, "", "leng" },
    { 0x8208, "", "heng" }, { 0x826F, "", "leong" }, { 0x82AC, "", "hoon" }, { 0x82B1, "", "hwa" },
    { 0x82B3, "", "hong" }, { 0x82CF, "soh", "" }, { 0x82F1, "", "eng" }, { 0x8303, "huan", "" },
    { 0x8363, "", "eng" }, { 0x838A, "chng", "" }, { 0x83B2, "", "lian" }, { 0x83EF, "", "hwa" },
    { 0x8427, "seow", "" }, { 0x842C, "ban", "ban" }, { 0x8449, "yap", "yap" }, { 0x845B, "kuah", "" },
    { 0x8463, "tang", "" }, { 0x84C9, "", "yong" }, { 0x84DD, "nah", "" }, { 0x84EE, "", "lian" },
    { 0x8521, "chua", "" }, { 0x856D, "seow", "" }, { 0x859B, "sih", "" }, { 0x85CD, "nah", "" },
    { 0x8607, "soh", "" }, { 0x862D, "", "lan" }, { 0x864E, "", "hoe" }, { 0x88D5, "", "joo" },
    { 0x897F, "", "sai" }, { 0x8A31, "koh", "" }, { 0x8A79, "chiam", "" }, { 0x8B1D, "chia", "" },
    { 0x8BB8, "koh", "" }, { 0x8C22, "chia", "" }, { 0x8C50, "", "hong" }, { 0x8CA1, "", "chye" },
    { 0x8CB4, "", "kwee" }, { 0x8CDC, "", "soo" }, { 0x8CE2, "", "hian" }, { 0x8CF4, "lai", "" },
    { 0x8D22, "", "chye" }, { 0x8D24, "", "hian" }, { 0x8D35, "", "kwee" }, { 0x8D50, "", "soo" },
    { 0x8D56, "lai", "" }, { 0x8D75, "teo", "" }, { 0x8D99, "teo", "" }, { 0x8F1D, "", "hui" },
    { 0x8F89, "", "hui" }, { 0x8F9C, "koh", "" }, { 0x8FBE, "", "tat" }, { 0x8FDB, "", "chin" },
    { 0x8FDE, "lian", "" }, { 0x9009, "", "suan" }, { 0x901A, "", "thong" }, { 0x9023, "lian", "" },
    { 0x9032, "", "chin" }, { 0x9054, "", "tat" }, { 0x9078, "", "suan" }, { 0x9093, "teng", "" },
    { 0x90A2, "heng", "" }, { 0x90B1, "khoo", "" }, { 0x90D1, "tay", "" }, { 0x90ED, "kuek", "" },
    { 0x9127, "teng", "" }, { 0x912D, "tay", "" }, { 0x91D1, "", "kim" }, { 0x9298, "", "beng" },
    { 0x92AE, "", "luan" }, { 0x9322, "chee", "" }, { 0x9326, "", "kim" }, { 0x932B, "", "sek" },
    { 0x937E, "cheong", "" }, { 0x93AE, "", "tin" }, { 0x947E, "", "luan" }, { 0x949F, "cheong", "" },
    { 0x94A6, "", "khim" }, { 0x94B1, "chee", "" }, { 0x94ED, "", "beng" }, { 0x9521, "", "sek" },
    { 0x9526, "", "kim" }, { 0x9547, "", "tin" }, { 0x9577, "", "tiong" }, { 0x957F, "", "tiong" },
    { 0x9648, "tan", "" }, { 0x9673, "tan", "" }, { 0x9686, "", "leong" }, { 0x96C4, "", "hiong" },
    { 0x96C5, "", "gah" }, { 0x96D9, "", "siang" }, { 0x96EA, "", "soat" }, { 0x96F2, "hoon", "hoon" },
    { 0x971E, "", "hay" }, { 0x97D3, "hun", "" }, { 0x97E9, "hun", "" }, { 0x9806, "", "soon" },
    { 0x984F, "gan", "" }, { 0x987A, "", "soon" }, { 0x989C, "gan", "" }, { 0x9999, "", "hiang" },
    { 0x99AC, "beh", "" }, { 0x99AE, "pang", "" }, { 0x99F1, "loke", "" }, { 0x9A6C, "beh", "" },
    { 0x9A86, "loke", "" }, { 0x9AD8, "kaw", "" }, { 0x9B4F, "gwee", "" }, { 0x9CF3, "", "hong" },
    { 0x9D3B, "", "hong" }, { 0x9D6C, "", "peng" }, { 0x9E3F, "", "hong" }, { 0x9E4F, "", "peng" },
    { 0x9E97, "", "lay" }, { 0x9EC3, "ng", "" }, { 0x9EC4, "ng", "" }, { 0x9F8D, "", "leng" },
    { 0x9F94, "kiong", "" }, { 0x9F99, "", "leng" }, { 0x9F9A, "kiong", "" },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *
surname_of(const struct surname *rows, size_t n, uint32_t cp)
{
    size_t lo = 0;

    while (lo < n) {
        size_t mid = lo + (n - lo) / 2;

        if (rows[mid].cp == cp)
            return rows[mid].spelling;
        if (rows[mid].cp < cp)
            lo = mid + 1;
        else
            n = mid;
    }
    return NULL;
}

static const char *
hokkien_of(uint32_t cp, bool surname)
{
    size_t lo = 0, n = COUNT(hokkien);

    while (lo < n) {
        size_t mid = lo + (n - lo) / 2;
        const struct southern *row = &hokkien[mid];

        if (row->cp == cp)
            return (surname && *row->surname) || !*row->given ? row->surname : row->given;
        if (row->cp < cp)
            lo = mid + 1;
        else
            n = mid;
    }
    return NULL;
}

static unsigned
put(char out[EN_ROMANISED_MAX], unsigned n, const char *text)
{
    while (*text && n + 1 < EN_ROMANISED_MAX)
        out[n++] = *text++;
    out[n] = '\0';
    return n;
}

/* The rule for the whole of a text, or NULL. */
static const struct rule *
whole(const struct rule *rules, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rules[i].from, text) == 0)
            return &rules[i];
    return NULL;
}

/* A syllable by initial and final: what has no rule stays. */
static void
by_parts(const struct rule *initials, size_t n_initials, const struct rule *finals, size_t n_finals,
         const char *syllable, char out[EN_ROMANISED_MAX])
{
    const struct rule *final;
    unsigned n = 0;

    for (size_t i = 0; i < n_initials; i++) {
        size_t len = strlen(initials[i].from);

        if (strncmp(syllable, initials[i].from, len) == 0) {
            n = put(out, 0, initials[i].to);
            syllable += len;
            break;
        }
    }
    while (*syllable && !strchr("aeiouy", *syllable) && n + 1 < EN_ROMANISED_MAX)
        out[n++] = *syllable++;
    final = whole(finals, n_finals, syllable);
    put(out, n, final ? final->to : syllable);
}

static void
wade_giles(const char *pinyin, char out[EN_ROMANISED_MAX])
{
    const struct rule *r = whole(wade_giles_syllables, COUNT(wade_giles_syllables), pinyin);

    if (r)
        put(out, 0, r->to);
    else
        by_parts(wade_giles_initials, COUNT(wade_giles_initials), wade_giles_finals, COUNT(wade_giles_finals), pinyin,
                 out);
}

static void
hong_kong(const char *jyutping, char out[EN_ROMANISED_MAX])
{
    const struct rule *r = whole(hong_kong_syllables, COUNT(hong_kong_syllables), jyutping);

    if (r)
        put(out, 0, r->to);
    else
        by_parts(hong_kong_initials, COUNT(hong_kong_initials), hong_kong_finals, COUNT(hong_kong_finals), jyutping,
                 out);
}

bool
en_romanise(uint32_t cp, enum en_romanisation how, bool surname, char out[EN_ROMANISED_MAX])
{
    const char *cantonese = en_han_reading(cp, EN_READ_CANTONESE), *mandarin = NULL, *special = NULL;

    if (surname && how == EN_ROMAN_HONG_KONG)
        special = surname_of(hong_kong_surnames, COUNT(hong_kong_surnames), cp);
    if (how == EN_ROMAN_HOKKIEN)
        special = hokkien_of(cp, surname);
    if (surname)
        mandarin = surname_of(mandarin_surnames, COUNT(mandarin_surnames), cp);
    if (!mandarin)
        mandarin = en_han_reading(cp, EN_READ_MANDARIN);
    if (special)
        put(out, 0, special);
    else if (how == EN_ROMAN_WADE_GILES)
        wade_giles(mandarin, out);
    else if (how == EN_ROMAN_HONG_KONG && *cantonese)
        hong_kong(cantonese, out);
    else
        put(out, 0, mandarin);
    return *out != '\0';
}
