#include "base/time.h"

#include <stdio.h>

int
en_civil_month_days(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    EN_ASSERT(month >= 1 && month <= 12);
    if (month == 2 && (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)))
        return 29;
    return days[month - 1];
}

bool
en_civil_valid(int year, int month, int day)
{
    return year >= -9999 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= en_civil_month_days(year, month);
}

/* Howard Hinnant, chrono-compatible low-level date algorithms, 2013: days_from_civil and its inverse. */
int32_t
en_day_from_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era, yoe, doy, doe;

    EN_ASSERT(month >= 1 && month <= 12 && day >= 1 && day <= 31);
    era = (y >= 0 ? y : y - 399) / 400;
    yoe = y - era * 400;
    doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void
en_day_to_civil(int32_t day, int *year, int *month, int *dom)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t m = mp + (mp < 10 ? 3 : -9);

    *dom = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)m;
    *year = (int)(yoe + era * 400 + (m <= 2 ? 1 : 0));
}

/*= Reingold and Dershowitz, Calendrical Calculations, chapter 7: 1 Muharram 1 is 16 July 622 (Julian), day -492148. */
int32_t
en_day_from_islamic(int year, int month, int day)
{
    EN_ASSERT(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 30);
    return -492148 + (year - 1) * 354 + (3 + 11 * year) / 30 + 29 * (month - 1) + month / 2 + day - 1;
}

int
en_islamic_month_days(int year, int month)
{
    if (month == 12)
        return (11 * year + 14) % 30 < 11 ? 30 : 29;
    return month % 2 ? 30 : 29;
}

/*= Birashk 1993, as in Calendrical Calculations, chapter 15: 1 Farvardin 1 is 19 March 622 (Julian), day -492267. */
int32_t
en_day_from_solar_hijri(int year, int month, int day)
{
    int base, in_cycle;

    EN_ASSERT(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31);
    base = year - 474;
    in_cycle = 474 + ((base % 2820) + 2820) % 2820;
    return -492268 + day + (month <= 7 ? 31 * (month - 1) : 30 * (month - 1) + 6) + (in_cycle * 682 - 110) / 2816 +
           (in_cycle - 1) * 365 + (base < 0 ? -1 : base / 2820) * 1029983;
}

int
en_solar_hijri_month_days(int year, int month)
{
    if (month < 12)
        return month <= 6 ? 31 : 30;
    return (int)(en_day_from_solar_hijri(year + 1, 1, 1) - en_day_from_solar_hijri(year, 12, 1));
}

en_time
en_time_from_day(int32_t day)
{
    return (en_time)day * EN_TIME_DAY;
}

int32_t
en_time_to_day(en_time t)
{
    en_time day = t / EN_TIME_DAY - (t % EN_TIME_DAY < 0);

    return day < INT32_MIN ? INT32_MIN : day > INT32_MAX ? INT32_MAX : (int32_t)day;
}

void
en_time_format(en_time t, char out[EN_TIME_RFC3339_LEN + 1])
{
    /* A time that four digits cannot say is shown as the end of the scale. */
    const en_time first = en_time_from_day(en_day_from_civil(0, 1, 1));
    const en_time last = en_time_from_day(en_day_from_civil(10000, 1, 1)) - 1;
    int32_t day;
    int ms, y, m, d;

    t = t < first ? first : t > last ? last : t;
    day = en_time_to_day(t);
    ms = (int)(t - en_time_from_day(day));
    en_day_to_civil(day, &y, &m, &d);
    snprintf(out, EN_TIME_RFC3339_LEN + 1, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)y % 10000u,
             (unsigned)m % 100u, (unsigned)d % 100u, (unsigned)(ms / 3600000) % 100u,
             (unsigned)(ms / 60000) % 60u, (unsigned)(ms / 1000) % 60u, (unsigned)ms % 1000u);
}

/* Exactly n digits at *i. */
static bool
digits(en_text t, size_t *i, int n, int *out)
{
    int v = 0;

    for (int k = 0; k < n; k++, (*i)++) {
        if (*i >= t.n || t.p[*i] < '0' || t.p[*i] > '9')
            return false;
        v = v * 10 + (t.p[*i] - '0');
    }
    *out = v;
    return true;
}

static bool
lit(en_text t, size_t *i, const char *any)
{
    if (*i >= t.n)
        return false;
    for (; *any; any++)
        if (t.p[*i] == *any) {
            (*i)++;
            return true;
        }
    return false;
}

/* Z or +hh:mm at *i, in milliseconds east of UTC. */
static bool
offset(en_text t, size_t *i, en_time *out)
{
    bool minus;
    int h, m;

    *out = 0;
    if (lit(t, i, "Zz"))
        return true;
    minus = *i < t.n && t.p[*i] == '-';
    if (!lit(t, i, "+-") || !digits(t, i, 2, &h) || !lit(t, i, ":") || !digits(t, i, 2, &m) || h > 23 || m > 59)
        return false;
    *out = (h * EN_TIME_HOUR + m * 60 * EN_TIME_SECOND) * (minus ? -1 : 1);
    return true;
}

bool
en_time_parse(en_text t, en_time *out)
{
    int y, mo, d, h, mi, s, ms = 0, scale = 100;
    size_t i = 0;
    en_time off;

    if (!digits(t, &i, 4, &y) || !lit(t, &i, "-") || !digits(t, &i, 2, &mo) || !lit(t, &i, "-") ||
        !digits(t, &i, 2, &d) || !lit(t, &i, "Tt ") || !digits(t, &i, 2, &h) || !lit(t, &i, ":") ||
        !digits(t, &i, 2, &mi) || !lit(t, &i, ":") || !digits(t, &i, 2, &s))
        return false;
    if (lit(t, &i, ".")) {
        size_t start = i;

        for (; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++, scale /= 10)
            ms += (t.p[i] - '0') * scale;
        if (i == start)
            return false;
    }
    if (!en_civil_valid(y, mo, d) || h > 23 || mi > 59 || s > 60 || !offset(t, &i, &off) || i != t.n)
        return false;
    *out = en_time_from_day(en_day_from_civil(y, mo, d)) + h * EN_TIME_HOUR + mi * 60 * EN_TIME_SECOND +
           s * EN_TIME_SECOND + ms - off;
    return true;
}
