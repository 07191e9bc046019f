package io.lianhu.sdk;

/** A role (角色) that a {@link Actor.Post} gives at a division. */
public enum Role {
    /** An approved resident (居民／村民), at the home's division. */
    RESIDENT,
    /** A grid worker (网格员), at a grid. */
    GRID_WORKER,
    /** A village or community cadre (村(社区)干部), at a village. */
    VILLAGE_CADRE,
    /** The county's administrator (县级管理员), at the county. */
    COUNTY_ADMINISTRATOR,
    /** The operator of the platform (平台运营方); holds no division and sees no county's data. */
    OPERATOR
}
