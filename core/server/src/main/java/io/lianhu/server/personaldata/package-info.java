/**
 * What a person may ask of a county about the own data (个人信息保护法): a copy of all that is held, and its erasure. A table that holds data on people stands
 * in {@link io.lianhu.server.personaldata.HeldTables}; a plugin tells by {@link io.lianhu.sdk.PersonalData}.
 */
@NullMarked
package io.lianhu.server.personaldata;

import org.jspecify.annotations.NullMarked;
