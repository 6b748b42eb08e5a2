#include "node/parcel.h"

#include <string.h>

#include "base/reader.h"
#include "node/lines.h"

#define MAGIC "entente-parcel"
#define HEAD  (sizeof MAGIC - 1 + 2 + EN_ENVELOPE_PARTNER_LEN + EN_ENVELOPE_ID_LEN + 1 + 8 + 4)

void
en_parcel_write(const struct en_parcel *p, struct en_buf *out)
{
    EN_ASSERT(en_partner_id_valid(p->next) && p->hops >= 1 && p->hops <= EN_PARCEL_HOPS && p->sealed.n > 0);
    EN_ASSERT(p->sealed.n <= EN_ENVELOPE_PARCEL_MAX - HEAD && p->expires >= 0);
    en_buf_add_str(out, MAGIC);
    en_buf_put_u16(out, EN_PARCEL_VERSION);
    en_buf_add_text(out, p->next);
    en_buf_add(out, p->id, EN_ENVELOPE_ID_LEN);
    en_buf_put_u8(out, (uint8_t)p->hops);
    en_buf_put_u64(out, (uint64_t)p->expires);
    en_buf_put_block(out, p->sealed);
}

/*= envelope.md 5: a parcel */
en_errc
en_parcel_parse(en_bytes in, struct en_parcel *out, struct en_err *err)
{
    en_reader r = en_reader_from(in);
    en_bytes next;
    uint64_t expires;

    memset(out, 0, sizeof *out);
    en_reader_expect(&r, EN_BYTES_LIT(MAGIC));
    if (en_reader_u16(&r) != EN_PARCEL_VERSION)
        en_reader_fail(&r, EN_E_INPUT, "a version of parcels that is known here");
    next = en_reader_take(&r, EN_ENVELOPE_PARTNER_LEN);
    out->next = (en_text){ (const char *)next.p, next.n };
    if (!en_partner_id_valid(out->next))
        en_reader_fail(&r, EN_E_INPUT, "a partner's id: 16 hex digits");
    out->id = en_reader_take(&r, EN_ENVELOPE_ID_LEN).p;
    out->hops = en_reader_u8(&r);
    if (out->hops < 1 || out->hops > EN_PARCEL_HOPS)
        en_reader_fail(&r, EN_E_INPUT, "one hop or two");
    expires = en_reader_u64(&r);
    if (expires > (uint64_t)INT64_MAX / 2)
        en_reader_fail(&r, EN_E_INPUT, "a time in milliseconds since 1970");
    out->expires = (en_time)expires;
    out->sealed = en_reader_block(&r, EN_ENVELOPE_PARCEL_MAX - HEAD);
    if (out->sealed.n == 0)
        en_reader_fail(&r, EN_E_INPUT, "a sealed bundle");
    en_reader_end(&r);
    return en_reader_result(&r, err);
}
