package io.lianhu.server.casework;

import java.util.UUID;

/**
 * A unit that supports who has a case (协办单位).
 *
 * @param asked what it is to do
 */
public record Support(UUID unitId, String asked) {}
