package dev.memberproxy.core;

import java.util.List;

import dev.memberproxy.core.InvalidConfigurationException.Fault;

/**
 * Properties that report what is missing among them, so that a failed start reports all
 * faults together.
 */
public interface CheckedProperties {

	/** A fault for each required property that is missing. */
	List<Fault> findMissing();

}
