package io.lianhu.server.resident;

/** How a resident belongs to the place (人口类型). */
enum ResidenceKind {
    REGISTERED,
    USUAL,
    MIGRANT
}
