package io.lianhu.server.escalation;

import io.lianhu.sdk.DivisionCode;
import io.lianhu.sdk.Role;
import io.lianhu.server.post.PostHolders.Seat;
import java.util.List;

/** How far up a case goes (督办层级), from the lowest. */
enum Level {
    VILLAGE(1, 12, Role.VILLAGE_CADRE),
    TOWN(2, 9, Role.TOWN_CENTRE),
    /** Where the county has nobody at its centre, its administrators are told. */
    COUNTY(3, 6, Role.COUNTY_CENTRE, Role.COUNTY_ADMINISTRATOR);

    private static final List<Level> ALL = List.of(values());

    private final int number;
    private final int digits;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<Role> roles;

    Level(int number, int digits, Role... roles) {
        this.number = number;
        this.digits = digits;
        this.roles = List.of(roles);
    }

    /** As it is kept: 1 for the lowest, 0 for none. */
    int number() {
        return number;
    }

    static Level of(int number) {
        return ALL.get(number - 1);
    }

    boolean isHighest() {
        return this == COUNTY;
    }

    /** Whose posts are told of a case at a place; those after the first only where nobody holds any of those before. */
    List<Seat> seats(DivisionCode place) {
        DivisionCode division = new DivisionCode(place.value().substring(0, digits));
        return roles.stream().map(role -> new Seat(role, division)).toList();
    }
}
