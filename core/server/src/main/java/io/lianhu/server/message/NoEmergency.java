package io.lianhu.server.message;

import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** What holds where nothing else knows of emergencies: there is none. */
@DefaultBean
@Singleton
class NoEmergency implements EmergencyProfile {

    @Override
    public Uni<Boolean> inForce() {
        return Uni.createFrom().item(false);
    }
}
