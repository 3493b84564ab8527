package dev.memberproxy.core;

import java.util.List;

import dev.memberproxy.core.InvalidConfigurationException.Fault;

/**
 * Properties that report what is missing among them. ConfigurationCheck asks all of them
 * before the first bean is made, so that one failed start reports everything.
 */
public interface CheckedProperties {

	/**
	 * Finds the required properties that are missing.
	 * @return the faults, none if nothing is missing
	 */
	List<Fault> findMissing();

}
