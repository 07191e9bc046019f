package io.lianhu.server.casework;

import io.lianhu.sdk.DivisionCode;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Where nothing else says so, there is no emergency. */
@DefaultBean
@Singleton
class NoEmergency implements EmergencyProfile {

    @Override
    public Uni<Boolean> holds(DivisionCode where) {
        return Uni.createFrom().item(false);
    }
}
