package io.lianhu.server.division;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lianhu.sdk.ApiException;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.server.persistence.Operation;
import io.lianhu.server.persistence.Statements;
import io.lianhu.server.place.Place;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The map of a county (网格地图): which division covers what. Boxes are looked up by an index; the geometry itself is reckoned on worker
 * threads.
 */
@Singleton
public class GridMap {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String STANDS =
            "not exists (select 1 from lianhu_core.division above where above.tenant_id = d.tenant_id and above.valid_until is not null"
                    + " and above.code in (d.code, left(d.code, 15), left(d.code, 12), left(d.code, 9)))";

    private final Vertx vertx;
    private final Clock clock = Clock.systemUTC();

    GridMap(Vertx vertx) {
        this.vertx = vertx;
    }

    /** A shape for a division; its place in an import, counted from 1. */
    record Drawn(int number, UUID division, String code, UUID parent, Shape shape) {}

    /** What is wrong with one shape of several. */
    record Fault(int number, String code, ApiException error) {

        String text() {
            StringBuilder text = new StringBuilder(number + " " + code + " " + error.code());
            error.params().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(param -> text.append(", " + param.getKey() + " " + param.getValue()));
            return text.toString();
        }
    }

    /** The smallest standing division whose shape covers the position: a grid, where the grids are drawn. */
    public Uni<Optional<Divisions.Division>> at(Place place) {
        return Statements.CORE
                .run(
                        "select d.id, d.code, d.name, s.geo_json from lianhu_core.division_shape s"
                                + " join lianhu_core.division d on d.tenant_id = s.tenant_id and d.id = s.division_id"
                                + " where s.south <= $1 and s.north >= $1 and s.west <= $2 and s.east >= $2 and "
                                + STANDS
                                + " order by length(d.code) desc, d.code limit 100",
                        place.latitude(),
                        place.longitude())
                .chain(rows -> rows.rowCount() == 0
                        ? Uni.createFrom().item(Optional.empty())
                        : working(() -> first(rows, place)));
    }

    private static Optional<Divisions.Division> first(RowSet<Row> rows, Place place) {
        for (Row row : rows) {
            if (stored(row).covers(place)) {
                return Optional.of(new Divisions.Division(
                        row.getUUID("id"), new DivisionCode(row.getString("code")), row.getString("name")));
            }
        }
        return Optional.empty();
    }

    private static Shape stored(Row row) {
        return Shape.of(tree(row.getString("geo_json")), Place.Datum.WGS84);
    }

    /**
     * Reads GeoJSON.
     *
     * @throws ApiException {@code SHAPE_MALFORMED}
     */
    static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException malformed) {
            throw new ApiException(ShapeError.SHAPE_MALFORMED);
        }
    }

    /** Runs what takes long on a worker thread, and goes on here. */
    <T> Uni<T> working(Callable<T> work) {
        return UniHelper.toUni(vertx.executeBlocking(work, false));
    }

    /**
     * Lets nobody else draw in this county until the running transaction ends: two shapes that overlap must not both find their place
     * free.
     */
    Uni<Void> alone() {
        return Statements.CORE
                .run(
                        "select pg_advisory_xact_lock(hashtextextended('map/' || $1, 0))",
                        Operation.current().tenant())
                .replaceWithVoid();
    }

    /** Keeps the shapes, in the place of what their divisions had, unless there are faults already, or some overlap: tells all faults. */
    Uni<List<Fault>> keep(List<Drawn> drawn, List<Fault> known, String by) {
        return neighbours(drawn)
                .chain(rows -> working(() -> Stream.concat(known.stream(), overlaps(drawn, rows).stream())
                        .sorted(Comparator.comparing(Fault::number))
                        .toList()))
                .call(faults ->
                        faults.isEmpty() ? save(drawn, by) : Uni.createFrom().voidItem());
    }

    /** Siblings that are not drawn anew and whose boxes meet. */
    private static Uni<RowSet<Row>> neighbours(List<Drawn> drawn) {
        return Statements.CORE.run(
                "select n.number, d.code, d.name, s.geo_json"
                        + " from unnest($1::int[], $2::uuid[], $3::float8[], $4::float8[], $5::float8[], $6::float8[])"
                        + " as n (number, parent_id, south, west, north, east)"
                        + " join lianhu_core.division d on d.parent_id = n.parent_id and d.valid_until is null and d.id <> all ($7)"
                        + " join lianhu_core.division_shape s on s.tenant_id = d.tenant_id and s.division_id = d.id"
                        + " where s.south <= n.north and s.north >= n.south and s.west <= n.east and s.east >= n.west"
                        + " order by n.number, d.code",
                drawn.stream().map(Drawn::number).toArray(Integer[]::new),
                drawn.stream().map(Drawn::parent).toArray(UUID[]::new),
                each(drawn, one -> one.shape().box().getMinY()),
                each(drawn, one -> one.shape().box().getMinX()),
                each(drawn, one -> one.shape().box().getMaxY()),
                each(drawn, one -> one.shape().box().getMaxX()),
                divisions(drawn));
    }

    private static UUID[] divisions(List<Drawn> drawn) {
        return drawn.stream().map(Drawn::division).toArray(UUID[]::new);
    }

    private static Double[] each(List<Drawn> drawn, ToDoubleFunction<Drawn> edge) {
        return drawn.stream().map(edge::applyAsDouble).toArray(Double[]::new);
    }

    private static List<Fault> overlaps(List<Drawn> drawn, RowSet<Row> neighbours) {
        List<Fault> faults = new ArrayList<>();
        Map<Integer, Drawn> byNumber = new HashMap<>();
        drawn.forEach(one -> byNumber.put(one.number(), one));
        for (Row row : neighbours) {
            Drawn one = byNumber.get(row.getInteger("number"));
            if (one != null && one.shape().overlaps(stored(row))) {
                faults.add(overlap(one, row.getString("code"), row.getString("name")));
            }
        }
        for (int i = 0; i < drawn.size(); i++) {
            Drawn one = drawn.get(i);
            for (Drawn other : drawn.subList(0, i)) {
                if (one.parent().equals(other.parent()) && one.shape().overlaps(other.shape())) {
                    faults.add(overlap(one, other.code(), ""));
                }
            }
        }
        return faults;
    }

    private static Fault overlap(Drawn one, String code, String name) {
        return new Fault(
                one.number(),
                one.code(),
                new ApiException(ShapeError.SHAPE_OVERLAPS, Map.of("division", code, "name", name)));
    }

    private Uni<RowSet<Row>> save(List<Drawn> drawn, String by) {
        Instant now = clock.instant();
        return Statements.CORE.run(
                "insert into lianhu_core.division_shape (division_id, geo_json, south, west, north, east, changed_by, changed_at)"
                        + " select n.*, $7, $8 from unnest($1::uuid[], $2::text[], $3::float8[], $4::float8[], $5::float8[], $6::float8[]) n"
                        + " on conflict (tenant_id, division_id) do update set geo_json = excluded.geo_json, south = excluded.south,"
                        + " west = excluded.west, north = excluded.north, east = excluded.east,"
                        + " changed_by = excluded.changed_by, changed_at = excluded.changed_at",
                divisions(drawn),
                drawn.stream().map(one -> one.shape().geoJson()).toArray(String[]::new),
                each(drawn, one -> one.shape().box().getMinY()),
                each(drawn, one -> one.shape().box().getMinX()),
                each(drawn, one -> one.shape().box().getMaxY()),
                each(drawn, one -> one.shape().box().getMaxX()),
                by,
                now.atOffset(ZoneOffset.UTC));
    }
}
