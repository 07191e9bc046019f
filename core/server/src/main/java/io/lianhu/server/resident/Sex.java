package io.lianhu.server.resident;

/** A resident's sex, as the ID number tells it. */
enum Sex {
    FEMALE,
    MALE
}
