package io.lianhu.devstack;

import org.jspecify.annotations.Nullable;

/** A human who can sign in (Keycloak's user), known to the whole platform by username. */
public record Person(String username, String password, String displayName, @Nullable String telephone) {}
