/**
 * What is done for a member, with a known outcome: create, ensure, update role, delete
 * and read. Changes for one member are serialized, and a change of unknown outcome is
 * reconciled.
 */
@NullMarked
package dev.memberproxy.provisioning;

import org.jspecify.annotations.NullMarked;
