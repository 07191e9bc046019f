/** Notices (公告): written for a division, published once, read and confirmed by whom they are for. */
@NullMarked
package io.lianhu.server.notice;

import org.jspecify.annotations.NullMarked;
