package io.lianhu.server.personaldata;

import io.lianhu.sdk.PersonalData;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Some of what the core holds on people, and how the rows on one person are found. {@code {ids}}, {@code {subject}} and {@code
 * {household}} stand for the person's in what is SQL.
 *
 * @param name what it is called in the file
 * @param title the same for people
 * @param columns what is told of a row
 * @param from the tables
 * @param key the column of ids by which the rows are ordered, one a row
 * @param condition which rows are the person's
 * @param by the columns that are looked at for it, as {@code table.column}
 */
record HeldTable(String name, String title, String columns, String from, String key, String condition, Set<String> by) {

    static final int PAGE = 500;

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    /** The next rows, in the running operation; the key comes first. */
    Uni<RowSet<Row>> page(PersonalData.Person person, @Nullable UUID after) {
        return PersonSql.of("select " + key + " as row_key, " + columns + " from " + from + " where (" + condition
                        + ") and " + key + " > {after} order by " + key + " limit " + PAGE)
                .with("after", "uuid", after == null ? BEFORE_ALL : after)
                .run(person);
    }
}
