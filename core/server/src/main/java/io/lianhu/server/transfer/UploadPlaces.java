package io.lianhu.server.transfer;

import io.lianhu.sdk.ApiException;
import io.lianhu.server.web.RequestError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The places for files that are being sent in on this replica, each held whole until it is sealed: one for a person, a few for a county,
 * some for all. Whoever sends slowly keeps others of the county from little, and other counties from less.
 */
final class UploadPlaces {

    private final int all;
    private final int county;
    private final Set<Sender> senders = new HashSet<>();
    private final Map<String, Integer> counties = new HashMap<>();

    UploadPlaces(int all, int county) {
        this.all = all;
        this.county = county;
    }

    private record Sender(String tenant, String subject) {}

    /**
     * Takes a place, to be given back by {@link #leave}.
     *
     * @throws ApiException {@code TRANSFER_UPLOADING} where the person has one, {@code UNAVAILABLE} where none is left
     */
    synchronized void take(String tenant, String subject) {
        Sender sender = new Sender(tenant, subject);
        if (senders.contains(sender)) {
            throw new ApiException(TransferError.TRANSFER_UPLOADING);
        }
        if (senders.size() >= all || counties.getOrDefault(tenant, 0) >= county) {
            throw new ApiException(RequestError.UNAVAILABLE);
        }
        senders.add(sender);
        counties.merge(tenant, 1, Integer::sum);
    }

    synchronized void leave(String tenant, String subject) {
        if (senders.remove(new Sender(tenant, subject))) {
            counties.computeIfPresent(tenant, (code, taken) -> taken == 1 ? null : taken - 1);
        }
    }
}
