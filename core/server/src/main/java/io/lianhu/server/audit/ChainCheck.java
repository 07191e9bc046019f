package io.lianhu.server.audit;

import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first row of a county's audit trail that was changed, removed or inserted past the application: so many rows at a time, to be
 * called again from where the call before ended, so that a log of any length is checked in bounded memory. First along the chain to its
 * end, which has to be the one that the platform keeps; then along the rows, each of which has to be in the chain or waiting for it.
 */
public final class ChainCheck {

    private static final int WINDOW = 2_000;

    private static final Pattern POSITION = Pattern.compile("s([0-9]{1,18})|e([0-9a-f-]{36})");

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private static final String SEALS = "select " + AuditRow.COLUMNS
            + ", s.hash, s.entry_id from lianhu_core.audit_seal s"
            + " left join lianhu_core.audit_entry e on e.tenant_id = s.tenant_id and e.id = s.entry_id"
            + " where s.seq > $1 order by s.seq limit " + WINDOW;

    private static final String HASH = "select hash from lianhu_core.audit_seal where seq = $1";

    private static final String ANCHOR = "select seq, hash from lianhu_platform.audit_anchor where county = $1";

    private static final String ROWS =
            "select e.id, exists (select 1 from lianhu_core.audit_seal s where s.tenant_id = e.tenant_id and s.entry_id = e.id)"
                    + " or exists (select 1 from lianhu_core.audit_unsealed q where q.tenant_id = e.tenant_id and q.entry_id = e.id)"
                    + " from lianhu_core.audit_entry e where e.id > $1 order by e.id limit " + WINDOW;

    private static final String LOST =
            "select q.entry_id from lianhu_core.audit_unsealed q where not exists (select 1 from lianhu_core.audit_entry e"
                    + " where e.tenant_id = q.tenant_id and e.id = q.entry_id) order by q.entry_id limit 1";

    /** What is wrong with a row. */
    public enum Kind {
        CHANGED,
        REMOVED,
        INSERTED
    }

    /**
     * The first bad row.
     *
     * @param seq where it stands, or should stand, in the chain; null where it is in none
     * @param entryId its id; null where that is lost as well
     */
    public record Fault(Kind kind, @Nullable Long seq, @Nullable UUID entryId) {}

    /**
     * How far the check came.
     *
     * @param checked rows that this call looked at
     * @param through the last number in the chain that this call found good; 0 where it looked at none
     * @param position where to go on; null where nothing is left, or a fault was found
     */
    public record Progress(int checked, long through, @Nullable String position, @Nullable Fault fault) {}

    /** Where the rows are read: within one snapshot per call. */
    public interface Source {
        Uni<RowSet<Row>> core(String sql, Object... parameters);

        Uni<RowSet<Row>> platform(String sql, Object... parameters);
    }

    private final String tenant;
    private final Source source;

    public ChainCheck(String tenant, Source source) {
        this.tenant = tenant;
        this.source = source;
    }

    /**
     * Checks the next rows.
     *
     * @param position where the call before ended; empty for the first
     * @throws IllegalArgumentException if it is no position
     */
    public Uni<Progress> next(Optional<String> position) {
        if (position.isEmpty()) {
            return chain(0, Chain.beginning(tenant), Long.MIN_VALUE);
        }
        Matcher known = POSITION.matcher(position.get());
        if (!known.matches()) {
            return Uni.createFrom().failure(new IllegalArgumentException("No position: " + position.get()));
        }
        if (known.group(2) != null) {
            return rows(UUID.fromString(known.group(2)));
        }
        long seq = Long.parseLong(known.group(1));
        return source.core(HASH, seq)
                .chain(found -> found.rowCount() == 0
                        ? Uni.createFrom().item(broken(0, seq - 1, Kind.REMOVED, seq, null))
                        : chain(seq, found.iterator().next().getBuffer(0).getBytes(), seq));
    }

    private Uni<Progress> chain(long last, byte[] before, long after) {
        return source.core(SEALS, after).chain(seals -> {
            long seq = last;
            byte[] hash = before;
            int checked = 0;
            for (Row row : seals) {
                long found = row.getLong("seq");
                UUID entry = row.getUUID("entry_id");
                if (found != seq + 1) {
                    Kind kind = found <= seq ? Kind.INSERTED : Kind.REMOVED;
                    return Uni.createFrom()
                            .item(broken(
                                    checked,
                                    seq,
                                    kind,
                                    Math.min(found, seq + 1),
                                    kind == Kind.INSERTED ? entry : null));
                }
                seq = found;
                checked++;
                if (row.getUUID("id") == null) {
                    return Uni.createFrom().item(broken(checked, seq - 1, Kind.REMOVED, seq, entry));
                }
                byte[] expected = Chain.next(hash, seq, AuditRow.of(row));
                hash = row.getBuffer("hash").getBytes();
                if (!Arrays.equals(expected, hash)) {
                    return Uni.createFrom().item(broken(checked, seq - 1, Kind.CHANGED, seq, entry));
                }
            }
            return checked == WINDOW
                    ? Uni.createFrom().item(new Progress(checked, seq, "s" + seq, null))
                    : end(checked, seq, hash);
        });
    }

    private Uni<Progress> end(int checked, long last, byte[] hash) {
        return source.platform(ANCHOR, tenant).map(found -> {
            long kept = 0;
            byte[] keptHash = Chain.beginning(tenant);
            for (Row row : found) {
                kept = row.getLong(0);
                keptHash = row.getBuffer(1).getBytes();
            }
            if (kept > last) {
                return broken(checked, last, Kind.REMOVED, last + 1, null);
            }
            if (kept < last) {
                return broken(checked, last, Kind.INSERTED, kept + 1, null);
            }
            return Arrays.equals(keptHash, hash)
                    ? new Progress(checked, last, "e" + BEFORE_ALL, null)
                    : broken(checked, last, Kind.CHANGED, last, null);
        });
    }

    private Uni<Progress> rows(UUID after) {
        return source.core(ROWS, after).chain(rows -> {
            UUID last = after;
            int checked = 0;
            for (Row row : rows) {
                last = row.getUUID(0);
                checked++;
                if (!row.getBoolean(1)) {
                    return Uni.createFrom().item(broken(checked, 0, Kind.INSERTED, null, last));
                }
            }
            return checked == WINDOW
                    ? Uni.createFrom().item(new Progress(checked, 0, "e" + last, null))
                    : lost(checked);
        });
    }

    /** Rows that were removed before they were sealed. */
    private Uni<Progress> lost(int checked) {
        return source.core(LOST)
                .map(found -> found.rowCount() == 0
                        ? new Progress(checked, 0, null, null)
                        : broken(
                                checked,
                                0,
                                Kind.REMOVED,
                                null,
                                found.iterator().next().getUUID(0)));
    }

    private static Progress broken(int checked, long through, Kind kind, @Nullable Long seq, @Nullable UUID entry) {
        return new Progress(checked, through, null, new Fault(kind, seq, entry));
    }
}
