package io.lianhu.server.post;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Divisions;
import io.lianhu.server.division.DivisionUse;
import io.lianhu.server.persistence.Statements;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Posts go on at the successor, with their terms and who stands in for them, unless their holders have the same post there already. */
@Singleton
class PostsInDivision implements DivisionUse {

    @Override
    public String what() {
        return "posts";
    }

    @Override
    public Uni<Long> count(DivisionCode division) {
        return Statements.CORE
                .run(
                        "select count(*) from lianhu_core.post where not closed and (until is null or until > now())"
                                + " and division_code >= $1 and division_code < $2",
                        division.value(),
                        division.end())
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** One whose term at the successor is over, and only not closed yet, does not keep its holder from going on there. */
    @Override
    public Uni<Void> move(DivisionCode from, Divisions.Division to, Actor by) {
        return Statements.CORE
                .run(
                        "update lianhu_core.post known set closed = true, version = known.version + 1 where known.division_id = $3"
                                + " and not known.closed and known.until <= now() and exists (select 1 from lianhu_core.post ended"
                                + " where ended.tenant_id = known.tenant_id and ended.subject = known.subject and ended.role = known.role"
                                + " and not ended.closed and (ended.until is null or ended.until > now())"
                                + " and ended.division_code >= $1 and ended.division_code < $2)",
                        from.value(),
                        from.end(),
                        to.id())
                .chain(() -> go(from, to, by));
    }

    private static Uni<Void> go(DivisionCode from, Divisions.Division to, Actor by) {
        return Statements.CORE
                .run(
                        "with ended as (update lianhu_core.post set until = greatest(since, now()), closed = true, version = version + 1"
                                + " where not closed and (until is null or until > now()) and division_code >= $1 and division_code < $2"
                                + " returning id, subject, holder_name, role, since, old.until as term),"
                                + " fresh as (insert into lianhu_core.post (id, subject, holder_name, role, division_id, division_code,"
                                + " since, until, appointed_by, closed, version)"
                                + " select uuidv7(), subject, holder_name, role, $3, $4, greatest(since, now()), term, $5, false, 0 from ended"
                                + " where not exists (select 1 from lianhu_core.post known where known.subject = ended.subject"
                                + " and known.role = ended.role and known.division_id = $3 and not known.closed)"
                                + " returning id, subject)"
                                + " update lianhu_core.stand_in s set post_id = fresh.id, version = s.version + 1"
                                + " from ended join fresh on fresh.subject = ended.subject where s.post_id = ended.id and not s.closed",
                        from.value(),
                        from.end(),
                        to.id(),
                        to.code().value(),
                        by.subject())
                .replaceWithVoid();
    }
}
