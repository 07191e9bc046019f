package io.lianhu.points;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lianhu.sdk.Actor;
import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Permission;
import io.lianhu.sdk.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class VillagesTest {

    private static final DivisionCode HERE = new DivisionCode("520115001001");
    private static final DivisionCode THERE = new DivisionCode("520115001002");
    private static final DivisionCode GRID_HERE = new DivisionCode("520115001001003");
    private static final DivisionCode COUNTY = new DivisionCode("520115");

    @Test
    void a_resident_reads_in_the_village_of_the_home_and_in_no_other() {
        Actor resident = actor(Role.RESIDENT, GRID_HERE);
        assertTrue(Villages.visible(resident, PointsPermissions.READ, HERE));
        assertFalse(Villages.visible(resident, PointsPermissions.READ, THERE));
    }

    @Test
    void a_post_at_the_county_reads_in_every_village() {
        assertTrue(Villages.visible(actor(Role.COUNTY_ADMINISTRATOR, COUNTY), PointsPermissions.READ, THERE));
    }

    @Test
    void a_resident_manages_awards_and_checks_nothing() {
        Set<String> held = PointsPermissions.ALL.stream()
                .filter(permission -> permission.holders().contains(Role.RESIDENT))
                .map(Permission::name)
                .collect(Collectors.toSet());
        assertTrue(held.equals(Set.of(PointsPermissions.READ, PointsPermissions.REDEEM, PointsPermissions.CANCEL)));
    }

    private static Actor actor(Role role, DivisionCode at) {
        return new Actor(
                "subject", Optional.empty(), List.of(new Actor.Post(role, at)), name -> PointsPermissions.ALL.stream()
                        .filter(permission -> permission.name().equals(name))
                        .flatMap(permission -> permission.holders().stream())
                        .collect(Collectors.toSet()));
    }
}
