package io.lianhu.server.division;

import io.lianhu.sdk.ErrorCode;
import io.lianhu.sdk.ErrorType;

/** What may be wrong with a division's shape. */
public enum ShapeError implements ErrorCode {
    SHAPE_MALFORMED(ErrorType.INVALID_INPUT),
    SHAPE_TOO_MANY_POINTS(ErrorType.INVALID_INPUT),
    SHAPE_RING_SHORT(ErrorType.INVALID_INPUT),
    SHAPE_RING_OPEN(ErrorType.INVALID_INPUT),
    SHAPE_POINT(ErrorType.INVALID_INPUT),
    SHAPE_CROSSES(ErrorType.INVALID_INPUT),
    SHAPE_OVERLAPS(ErrorType.PRECONDITION),
    SHAPES_FAULTY(ErrorType.INVALID_INPUT);

    private final ErrorType type;

    ShapeError(ErrorType type) {
        this.type = type;
    }

    @Override
    public ErrorType type() {
        return type;
    }
}
