package io.lianhu.server.post;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Role;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who acts by the posts of many places now. */
@Singleton
public class PostHolders {

    /** In terms of now; who stands in has a post of the own, as in {@link Posts#STANDS_IN}. */
    private static final String HOLDERS = "select q.role, q.code, h.post, h.subject, h.name"
            + " from unnest($1::text[], $2::text[]) q (role, code) cross join lateral ("
            + "select p.id as post, coalesce(s.subject, p.subject) as subject, coalesce(s.holder_name, p.holder_name) as name"
            + " from lianhu_core.post p left join lateral (select s.subject, s.holder_name from lianhu_core.stand_in s"
            + " where s.post_id = p.id and not s.closed and s.since <= now() and s.until > now()"
            + " and exists (select from lianhu_core.post own where own.subject = s.subject and own.since <= now()"
            + " and (own.until is null or own.until > now())) limit 1) s on true"
            + " where p.division_code = q.code and p.role = q.role and not p.closed and p.since <= now()"
            + " and (p.until is null or p.until > now()) order by p.since, p.id limit 100) h";

    /** A role at a division. */
    public record Seat(Role role, DivisionCode division) {}

    /** Who acts by the posts of each seat, longest in the post first, at most 100; a seat that nobody holds is left out. One statement. */
    public Uni<Map<Seat, List<Posts.Holder>>> of(Set<Seat> seats) {
        List<Seat> inOrder = List.copyOf(seats);
        return Statements.CORE
                .run(
                        HOLDERS,
                        inOrder.stream().map(seat -> seat.role().name()).toArray(String[]::new),
                        inOrder.stream().map(seat -> seat.division().value()).toArray(String[]::new))
                .map(rows -> {
                    Map<Seat, List<Posts.Holder>> holders = new HashMap<>();
                    for (Row row : rows) {
                        Seat seat = new Seat(Role.valueOf(row.getString(0)), new DivisionCode(row.getString(1)));
                        holders.computeIfAbsent(seat, unseen -> new ArrayList<>())
                                .add(new Posts.Holder(row.getUUID(2), row.getString(3), row.getString(4)));
                    }
                    return holders;
                });
    }
}
