package io.lianhu.sdk;

/** A role (角色) that a {@link Actor.Post} gives at a division. */
public enum Role {
    /** An approved resident (居民／村民), at the home's division. */
    RESIDENT,
    /** A grid worker (网格员), at a grid. */
    GRID_WORKER,
    /** A village or community cadre (村(社区)干部), at a village. */
    VILLAGE_CADRE,
    /** One of a town's governance centre (镇(街道)社会治理中心), at a town. */
    TOWN_CENTRE,
    /** One of the county's governance centre (县(区)社会治理中心), at the county. */
    COUNTY_CENTRE,
    /** An officer of a unit (承办单位经办人), at the county or the town where the unit sits. */
    UNIT_OFFICER,
    /** The county's administrator (县级管理员), at the county. */
    COUNTY_ADMINISTRATOR,
    /** The operator of the platform (平台运营方); holds no division and sees no county's data. */
    OPERATOR
}
